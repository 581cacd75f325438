import type { ReactNode } from 'react'
import './pagination.css'

/** The current page between the links to the previous and the next page. Each link may be absent. */
export function Pagination({
  label,
  previous,
  current,
  next,
}: {
  label: string
  previous: ReactNode
  current: ReactNode
  next: ReactNode
}) {
  return (
    <nav className="pagination" aria-label={label}>
      <div className="pagination-previous">{previous}</div>
      <div className="pagination-current">{current}</div>
      <div className="pagination-next">{next}</div>
    </nav>
  )
}
