import { Link, useLocation } from '@tanstack/react-router'
import { buttonClass } from './button.tsx'
import { Pagination } from './pagination.tsx'

/** Links between the pages of a list. The address holds `cursor`, the start of a page; absent for the first page. */
export function CursorPages({
  label,
  nextLabel,
  cursor,
  next,
}: {
  label: string
  /** Text of the link to the next page. */
  nextLabel: string
  cursor: string | undefined
  next: string | null
}) {
  const trail = useLocation().state.trail ?? []
  if (cursor === undefined && next === null) return null
  const previous = trail.at(-1)
  return (
    <Pagination
      label={label}
      previous={
        previous !== undefined ? (
          <Link
            to="."
            search={({ cursor: _, ...search }) =>
              previous === '' ? search : { ...search, cursor: previous }
            }
            state={{ trail: trail.slice(0, -1) }}
            className={buttonClass({})}
          >
            ← Back
          </Link>
        ) : cursor !== undefined ? (
          // The address was opened directly, so the previous page is unknown.
          <FirstPageLink />
        ) : null
      }
      current={cursor === undefined ? 'Page 1' : trail.length > 0 ? `Page ${trail.length + 1}` : 'Later page'}
      next={
        next !== null && (
          <Link
            to="."
            search={(search) => ({ ...search, cursor: next })}
            state={{ trail: [...trail, cursor ?? ''] }}
            className={buttonClass({})}
          >
            {nextLabel} →
          </Link>
        )
      }
    />
  )
}

/** A link to the first page of the list. */
export function FirstPageLink() {
  return (
    <Link to="." search={({ cursor: _, ...search }) => search} className={buttonClass({})}>
      ← First page
    </Link>
  )
}
