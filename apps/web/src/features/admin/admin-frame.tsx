import { Link, linkOptions, Outlet } from '@tanstack/react-router'
import { useStockChanges } from './stock-changes.ts'
import './admin-frame.css'

const links = [
  { label: 'Demand', link: linkOptions({ to: '/admin/demand' }) },
  { label: 'Books', link: linkOptions({ to: '/admin/books' }) },
  { label: 'Deliveries', link: linkOptions({ to: '/admin/deliveries' }) },
  { label: 'Readers', link: linkOptions({ to: '/admin/readers' }) },
  { label: 'Changes', link: linkOptions({ to: '/admin/audit' }) },
] as const

/** The frame of every admin page: navigation, and live stock changes. */
export function AdminFrame() {
  useStockChanges()
  return (
    <>
      <nav className="admin-navigation" aria-label="Admin">
        {links.map(({ label, link }) => (
          <Link key={label} {...link} activeOptions={{ includeSearch: false }}>
            {label}
          </Link>
        ))}
      </nav>
      <Outlet />
    </>
  )
}
