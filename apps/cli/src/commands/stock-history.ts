import { styleText } from 'node:util'
import type { RouterOutputs } from '@prebook/client'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { findBookId } from './find-book.ts'
import { localTime } from '../terminal/local-time.ts'
import { printJson, printTable, remark } from '../terminal/output.ts'
import { collectPages, type Extent } from './pages.ts'
import type { Column } from '../terminal/table.ts'

export type StockHistoryOptions = GlobalOptions & Extent

type Movement = RouterOutputs['stock']['history']['items'][number]

/** `prebook stock history`: what happened to the stock of a book, newest first. */
export async function stockHistory(reference: string, options: StockHistoryOptions): Promise<void> {
  const connection = await connect(options)
  const bookId = await findBookId(connection, reference, options)
  const page = await collectPages(
    (place) =>
      connection.call((client, request) => client.stock.history.query({ bookId, ...place }, request)),
    options,
  )
  if (options.json === true) return printJson(page)
  if (page.items.length === 0) return remark('The stock of this book never changed.')
  printMovements(page.items)
  if (page.nextCursor !== null) remark('There are older ones: raise --limit, or add --all.')
}

function printMovements(movements: Movement[]): void {
  const columns: Column[] = [
    { header: 'When' },
    { header: 'Who', shrinksTo: 8, leftOut: 1 },
    {
      header: 'Change',
      align: 'right',
      style: (cell) => styleText(cell.startsWith('+') ? 'green' : 'yellow', cell),
    },
    { header: 'After', align: 'right' },
    { header: 'Told', align: 'right', leftOut: 3 },
    { header: 'Note', shrinksTo: 10, leftOut: 2 },
  ]
  const rows = movements.map(({ createdAt, actorEmail, delta, quantityAfter, broadcast, note }) => [
    localTime(createdAt),
    actorEmail,
    delta > 0 ? `+${delta}` : String(delta),
    String(quantityAfter),
    broadcast === null ? '' : String(broadcast.notified),
    note ?? '',
  ])
  printTable(columns, rows)
}
