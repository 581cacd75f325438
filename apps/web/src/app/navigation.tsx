import { Link, linkOptions } from '@tanstack/react-router'
import { isStaff } from '../features/account/roles.ts'
import { useMe } from '../features/account/session.ts'

/** The links in the header, in order, and who sees them. Add a line here for a new page. */
const links = [
  { visibleTo: 'all', label: 'Catalogue', link: linkOptions({ to: '/' }) },
  { visibleTo: 'signed in', label: 'My pre-bookings', link: linkOptions({ to: '/prebookings' }) },
  { visibleTo: 'staff', label: 'Manage shop', link: linkOptions({ to: '/admin' }) },
] as const satisfies {
  visibleTo: 'all' | 'signed in' | 'staff'
  label: string
  link: object
}[]

export function NavigationLinks() {
  const me = useMe()
  const visible = links.filter(({ visibleTo }: { visibleTo: 'all' | 'signed in' | 'staff' }) =>
    visibleTo === 'all' ? true : visibleTo === 'staff' ? isStaff(me) : me != null,
  )
  return (
    <nav className="navigation" aria-label="Main">
      {visible.map(({ label, link }) => (
        <Link key={label} {...link} activeOptions={{ exact: link.to === '/', includeSearch: false }}>
          {label}
        </Link>
      ))}
    </nav>
  )
}
