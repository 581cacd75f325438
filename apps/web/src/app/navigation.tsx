import { Link, linkOptions } from '@tanstack/react-router'
import { useMe } from '../features/account/session.ts'

/** The places that the header leads to, in their order, and who sees them. A new page adds its line here. */
const places = [
  { for: 'everybody', label: 'Catalogue', link: linkOptions({ to: '/' }) },
  { for: 'signed in', label: 'My pre-bookings', link: linkOptions({ to: '/prebookings' }) },
  { for: 'admin', label: 'Run the shop', link: linkOptions({ to: '/admin' }) },
] as const satisfies {
  for: 'everybody' | 'signed in' | 'admin'
  label: string
  link: object
}[]

export function NavigationLinks() {
  const me = useMe()
  const seen = places.filter(({ for: who }: { for: 'everybody' | 'signed in' | 'admin' }) =>
    who === 'everybody' ? true : who === 'admin' ? me?.role === 'admin' : me != null,
  )
  return (
    <nav className="navigation" aria-label="Main">
      {seen.map(({ label, link }) => (
        <Link key={label} {...link} activeOptions={{ exact: link.to === '/', includeSearch: false }}>
          {label}
        </Link>
      ))}
    </nav>
  )
}
