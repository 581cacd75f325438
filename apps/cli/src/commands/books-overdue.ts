import { formatExpectedDate } from '@prebook/client/expected-date'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { printInfo, printJson, printTable } from '../terminal/output.ts'
import { collectPages, type ListOptions, type Paging } from './pages.ts'
import { printCsv } from './print-csv.ts'

export type BooksOverdueOptions = GlobalOptions & ListOptions

/** `prebook books overdue`: lists the sold-out books whose expected date has passed, longest overdue first. */
export async function listOverdueBooks(options: BooksOverdueOptions): Promise<void> {
  const { call } = await connect(options)
  const fetchPage = (paging: Paging) => call((client, request) => client.books.overdue.query(paging, request))
  if (options.csv === true) return printCsv('overdueBooks', fetchPage, options)
  const page = await collectPages(fetchPage, options)
  if (options.json === true) return printJson(page)
  if (page.items.length === 0) return printInfo('No books are overdue.')
  printTable(
    [
      { header: 'ID', align: 'right' },
      { header: 'Title', minWidth: 12 },
      { header: 'Author', minWidth: 8, dropOrder: 2 },
      { header: 'Was due' },
      { header: 'Waiting', align: 'right', dropOrder: 1 },
    ],
    page.items.map(({ bookId, bookTitle, bookAuthor, expectedOn, waiting }) => [
      String(bookId),
      bookTitle,
      bookAuthor,
      formatExpectedDate(expectedOn),
      String(waiting),
    ]),
  )
  if (page.nextCursor !== null) printInfo('There are more entries. Use --limit <n> or --all to show them.')
}
