import { Link, linkOptions, Outlet } from '@tanstack/react-router'
import { useStockChanges } from './stock-changes.ts'
import './admin-frame.css'

const places = [
  { label: 'Demand', link: linkOptions({ to: '/admin/demand' }) },
  { label: 'Books', link: linkOptions({ to: '/admin/books' }) },
  { label: 'Deliveries', link: linkOptions({ to: '/admin/deliveries' }) },
  { label: 'Readers', link: linkOptions({ to: '/admin/readers' }) },
] as const

/** What stands around every page for admins: the way between them, and the news of the stock. */
export function AdminFrame() {
  useStockChanges()
  return (
    <>
      <nav className="admin-navigation" aria-label="For admins">
        {places.map(({ label, link }) => (
          <Link key={label} {...link} activeOptions={{ includeSearch: false }}>
            {label}
          </Link>
        ))}
      </nav>
      <Outlet />
    </>
  )
}
