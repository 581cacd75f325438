import { Link, type LinkProps } from '@tanstack/react-router'
import './filter-bar.css'

/** One of the views of a list: its name, its address, and whether it is the one that is shown. */
export type Choice = { label: string; link: Pick<LinkProps, 'to' | 'search'>; current: boolean }

/** Links of which one is where one is: `aria-current` says which. */
export function FilterBar({ label, choices }: { label: string; choices: readonly Choice[] }) {
  return (
    <nav className="filter-bar" aria-label={label}>
      {choices.map(({ label: name, link, current }) => (
        <Link
          key={name}
          {...link}
          // Said by the page itself, whatever else is in the address: the router would go by the address as a whole.
          activeOptions={{ exact: true }}
          aria-current={current ? 'page' : undefined}
        >
          {name}
        </Link>
      ))}
    </nav>
  )
}
