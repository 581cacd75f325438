import { isPrebookError, type RouterOutputs } from '@prebook/client'
import { connect, type Connection, type GlobalOptions } from '../session/connect.ts'
import { countOf } from '../terminal/plural.ts'
import { dueText } from './describe-book.ts'
import { findBookId } from './find-book.ts'
import { localTime } from '../terminal/local-time.ts'
import { printJson, printTable, printInfo } from '../terminal/output.ts'
import { collectPages, type ListLimit } from './pages.ts'

export type DemandShowOptions = GlobalOptions & ListLimit

type Waitlist = RouterOutputs['demand']['waitlist']

/** `prebook demand show`: lists the readers waiting for a book, in order. */
export async function showDemand(reference: string, options: DemandShowOptions): Promise<void> {
  const connection = await connect(options)
  const bookId = await findBookId(connection, reference, options)
  const page = await fetchWaitlist(connection, bookId, options)
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

/** The waitlist; null when there is none. */
async function fetchWaitlist(
  { call }: Connection,
  bookId: number,
  extent: ListLimit,
): Promise<Waitlist | null> {
  try {
    return await collectPages(
      (paging) => call((client, request) => client.demand.waitlist.query({ bookId, ...paging }, request)),
      extent,
    )
  } catch (error) {
    if (isPrebookError(error, 'WAITLIST_NOT_FOUND')) return null
    throw error
  }
}
