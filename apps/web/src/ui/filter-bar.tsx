import type { ReactNode } from 'react'
import './filter-bar.css'

/** Links of which one is where one is: `aria-current` says which. */
export function FilterBar({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav className="filter-bar" aria-label={label}>
      {children}
    </nav>
  )
}
