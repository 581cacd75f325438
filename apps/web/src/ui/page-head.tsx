import type { ReactNode } from 'react'
import './page-head.css'

/** The head of a page: its title, and next to it the actions for the whole page. */
export function PageHead({ children }: { children: ReactNode }) {
  return <div className="page-head">{children}</div>
}
