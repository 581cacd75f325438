import { isPrebookError, type RouterOutputs } from '@prebook/client'
import { connect, type Connection, type GlobalOptions } from '../session/connect.ts'
import { countOf } from '../terminal/count-of.ts'
import { findBookId } from './find-book.ts'
import { localTime } from '../terminal/local-time.ts'
import { printJson, printTable, remark } from '../terminal/output.ts'
import { collectPages, type Extent } from './pages.ts'

export type DemandShowOptions = GlobalOptions & Extent

type Waitlist = RouterOutputs['demand']['waitlist']

/** `prebook demand show`: who waits for a book, in the order in which they came. */
export async function showDemand(reference: string, options: DemandShowOptions): Promise<void> {
  const connection = await connect(options)
  const bookId = await findBookId(connection, reference, options)
  const page = await fetchWaitlist(connection, bookId, options)
  if (options.json === true) return printJson(page ?? { demand: null, items: [], nextCursor: null })
  if (page === null || page.items.length === 0) return remark('Nobody waits for this book.')
  printTable(
    [
      { header: 'Place', align: 'right' },
      { header: 'Reader', shrinksTo: 16 },
      { header: 'Since', leftOut: 1 },
    ],
    page.items.map(({ email, createdAt }, index) => [String(index + 1), email, localTime(createdAt)]),
  )
  const { bookTitle, waiting } = page.demand
  remark(`${countOf(waiting, 'reader')} ${waiting === 1 ? 'waits' : 'wait'} for ${bookTitle}.`)
  if (page.nextCursor !== null) remark('There are more: raise --limit, or add --all.')
}

/** The waitlist; null when there is none. */
async function fetchWaitlist({ call }: Connection, bookId: number, extent: Extent): Promise<Waitlist | null> {
  try {
    return await collectPages(
      (place) => call((client, request) => client.demand.waitlist.query({ bookId, ...place }, request)),
      extent,
    )
  } catch (error) {
    if (isPrebookError(error, 'WAITLIST_NOT_FOUND')) return null
    throw error
  }
}
