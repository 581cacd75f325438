import { Link, type LinkProps } from '@tanstack/react-router'
import './filter-bar.css'

/** One view of a list: its label, its link, and whether it is the current view. */
export type Choice = { label: string; link: Pick<LinkProps, 'to' | 'search'>; current: boolean }

/** Links to the views of a list. `aria-current` marks the current one. */
export function FilterBar({ label, choices }: { label: string; choices: readonly Choice[] }) {
  return (
    <nav className="filter-bar" aria-label={label}>
      {choices.map(({ label: name, link, current }) => (
        <Link
          key={name}
          {...link}
          // The page decides which view is current; the router would compare the whole address.
          activeOptions={{ exact: true }}
          aria-current={current ? 'page' : undefined}
        >
          {name}
        </Link>
      ))}
    </nav>
  )
}
