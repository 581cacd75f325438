import { writeSearch } from '../lib/search-params.ts'
import { buttonClass } from './button.tsx'

/** A link that saves a list as a CSV file. The session cookie gives it the access of the page. */
export function DownloadLink({
  path,
  search,
  children = 'Download CSV',
}: {
  /** The address of the list, such as `/books.csv`. */
  path: `/${string}.csv`
  /** The filters, as the address names them. */
  search?: Record<string, string | number | boolean | undefined>
  children?: string
}) {
  return (
    <a href={`${path}${writeSearch(search ?? {})}`} download className={buttonClass({})}>
      {children}
    </a>
  )
}
