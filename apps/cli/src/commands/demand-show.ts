import { isPrebookError, type RouterOutputs } from '@prebook/client'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { countOf } from '../terminal/plural.ts'
import { dueText } from './describe-book.ts'
import { findBookId } from './find-book.ts'
import { localTime } from '../terminal/local-time.ts'
import { printJson, printTable, printInfo } from '../terminal/output.ts'
import { collectPages, type FetchPage, type ListOptions, type Paging } from './pages.ts'
import { printCsv } from './print-csv.ts'

export type DemandShowOptions = GlobalOptions & ListOptions

type Waitlist = RouterOutputs['demand']['waitlist']

/** `prebook demand show`: lists the readers waiting for a book, in order. */
export async function showDemand(reference: string, options: DemandShowOptions): Promise<void> {
  const connection = await connect(options)
  const bookId = await findBookId(connection, reference, options)
  const fetchPage = (paging: Paging) =>
    connection.call((client, request) => client.demand.waitlist.query({ bookId, ...paging }, request))
  if (options.csv === true) return printWaitlist(fetchPage, options)
  const page = await ifWaitlist(collectPages(fetchPage, options))
  if (options.json === true) return printJson(page ?? { demand: null, items: [], nextCursor: null })
  if (page === null || page.items.length === 0) return printInfo('No readers are waiting for this book.')
  printTable(
    [
      { header: 'Position', align: 'right' },
      { header: 'Reader', minWidth: 16 },
      { header: 'Since', dropOrder: 1 },
    ],
    page.items.map(({ email, userId, createdAt }, index) => [
      String(index + 1),
      email ?? `#${userId}`,
      localTime(createdAt),
    ]),
  )
  const { bookTitle, waiting } = page.demand
  const due = dueText(page.demand)
  printInfo(`${countOf(waiting, 'reader')} waiting for ${bookTitle}${due === '' ? '' : `, due ${due}`}.`)
  if (page.nextCursor !== null) printInfo('There are more entries. Use --limit <n> or --all to show them.')
}

/** Prints the waitlist as CSV: of a book without one, the header. */
async function printWaitlist(fetchPage: FetchPage<Waitlist>, options: ListOptions): Promise<void> {
  const first = await ifWaitlist(fetchPage({ limit: 1, cursor: null }))
  await printCsv('waitlist', first === null ? null : fetchPage, options)
}

/** The waitlist; null when there is none. */
async function ifWaitlist(waitlist: Promise<Waitlist>): Promise<Waitlist | null> {
  try {
    return await waitlist
  } catch (error) {
    if (isPrebookError(error, 'WAITLIST_NOT_FOUND')) return null
    throw error
  }
}
