import { Link, linkOptions, Outlet } from '@tanstack/react-router'
import { useMe } from '../account/session.ts'
import { useStockChanges } from './stock-changes.ts'
import './admin-frame.css'

const links = [
  { adminsOnly: false, label: 'Demand', link: linkOptions({ to: '/admin/demand' }) },
  { adminsOnly: false, label: 'Order list', link: linkOptions({ to: '/admin/order-list' }) },
  { adminsOnly: false, label: 'Overdue', link: linkOptions({ to: '/admin/overdue' }) },
  { adminsOnly: false, label: 'Books', link: linkOptions({ to: '/admin/books' }) },
  { adminsOnly: false, label: 'Scan', link: linkOptions({ to: '/admin/scan' }) },
  { adminsOnly: false, label: 'Import', link: linkOptions({ to: '/admin/import' }) },
  { adminsOnly: true, label: 'Deliveries', link: linkOptions({ to: '/admin/deliveries' }) },
  { adminsOnly: true, label: 'Readers', link: linkOptions({ to: '/admin/readers' }) },
  { adminsOnly: true, label: 'Tokens', link: linkOptions({ to: '/admin/tokens' }) },
  { adminsOnly: true, label: 'Changes', link: linkOptions({ to: '/admin/audit' }) },
] as const

/** The frame of every admin page: navigation, and live stock changes. */
export function AdminFrame() {
  useStockChanges()
  const isAdmin = useMe()?.role === 'admin'
  return (
    <>
      <nav className="admin-navigation" aria-label="Admin">
        {links
          .filter(({ adminsOnly }) => isAdmin || !adminsOnly)
          .map(({ label, link }) => (
            <Link key={label} {...link} activeOptions={{ includeSearch: false }}>
              {label}
            </Link>
          ))}
      </nav>
      <Outlet />
    </>
  )
}
