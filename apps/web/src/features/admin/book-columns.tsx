import { formatExpectedDate } from '@prebook/client/expected-date'
import { Link } from '@tanstack/react-router'
import { Badge } from '../../ui/badge.tsx'
import type { Column } from '../../ui/table.tsx'

/** Title and author of the book of a row, with a link to its page for staff. */
export const bookColumn: Column<{ bookId: number; bookTitle: string; bookAuthor: string }> = {
  title: 'Book',
  cell: ({ bookId, bookTitle, bookAuthor }) => (
    <div>
      <Link to="/admin/books/$bookId" params={{ bookId }} className="admin-title">
        {bookTitle}
      </Link>
      <span className="admin-aside">{bookAuthor}</span>
    </div>
  ),
}

/** How many readers wait for the book of a row. */
export const waitingColumn: Column<{ waiting: number }> = {
  title: 'Waiting',
  figures: true,
  cell: ({ waiting }) => waiting.toLocaleString('en'),
}

/** When the book of a row is expected, and whether that day has passed. */
export const dueColumn: Column<{ expectedOn: string | null; overdue: boolean }> = {
  title: 'Due',
  cell: ({ expectedOn, overdue }) =>
    expectedOn === null ? (
      '–'
    ) : (
      <div>
        {formatExpectedDate(expectedOn)} {overdue && <Badge tone="bad">Overdue</Badge>}
      </div>
    ),
}
