import type { ReactNode } from 'react'
import './page-head.css'

/** The first line of a page: its title, and beside it, where there is room, what concerns all of the page. */
export function PageHead({ children }: { children: ReactNode }) {
  return <div className="page-head">{children}</div>
}
