import type { ReactNode } from 'react'
import './pagination.css'

/** Where one is in a list of pages, between the link back and the link on; each may be absent. */
export function Pagination({
  label,
  back,
  here,
  on,
}: {
  label: string
  back: ReactNode
  here: ReactNode
  on: ReactNode
}) {
  return (
    <nav className="pagination" aria-label={label}>
      <div>{back}</div>
      <div className="pagination-here">{here}</div>
      <div className="pagination-on">{on}</div>
    </nav>
  )
}
