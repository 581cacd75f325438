import { Link, useLocation } from '@tanstack/react-router'
import { buttonClass } from './button.tsx'
import { Pagination } from './pagination.tsx'

/** The pages of a list whose address holds `cursor`, where a page begins; absent for the first one. */
export function CursorPages({
  label,
  more,
  cursor,
  next,
}: {
  label: string
  /** The words on the link to the next page. */
  more: string
  cursor: string | undefined
  next: string | null
}) {
  const trail = useLocation().state.trail ?? []
  if (cursor === undefined && next === null) return null
  const before = trail.at(-1)
  return (
    <Pagination
      label={label}
      back={
        before !== undefined ? (
          <Link
            to="."
            search={({ cursor: _, ...search }) => (before === '' ? search : { ...search, cursor: before })}
            state={{ trail: trail.slice(0, -1) }}
            className={buttonClass({})}
          >
            ← Back
          </Link>
        ) : cursor !== undefined ? (
          // The address came from elsewhere: nobody knows which page is the one before.
          <FirstPageLink />
        ) : null
      }
      here={cursor === undefined ? 'Page 1' : trail.length > 0 ? `Page ${trail.length + 1}` : 'Further pages'}
      on={
        next !== null && (
          <Link
            to="."
            search={(search) => ({ ...search, cursor: next })}
            state={{ trail: [...trail, cursor ?? ''] }}
            className={buttonClass({})}
          >
            {more} →
          </Link>
        )
      }
    />
  )
}

/** Leads to the beginning of the list. */
export function FirstPageLink() {
  return (
    <Link to="." search={({ cursor: _, ...search }) => search} className={buttonClass({})}>
      ← First page
    </Link>
  )
}
