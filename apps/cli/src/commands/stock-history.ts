import { styleText } from 'node:util'
import type { RouterOutputs } from '@prebook/client'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { findBookId } from './find-book.ts'
import { localTime } from '../terminal/local-time.ts'
import { printJson, printTable, printInfo } from '../terminal/output.ts'
import { collectPages, type ListOptions, type Paging } from './pages.ts'
import { printCsv } from './print-csv.ts'
import type { Column } from '../terminal/table.ts'

export type StockHistoryOptions = GlobalOptions & ListOptions

type Movement = RouterOutputs['stock']['history']['items'][number]

/** `prebook stock history`: lists the stock movements of a book, newest first. */
export async function stockHistory(reference: string, options: StockHistoryOptions): Promise<void> {
  const connection = await connect(options)
  const bookId = await findBookId(connection, reference, options)
  const fetchPage = (paging: Paging) =>
    connection.call((client, request) => client.stock.history.query({ bookId, ...paging }, request))
  if (options.csv === true) return printCsv('stockHistory', fetchPage, options)
  const page = await collectPages(fetchPage, options)
  if (options.json === true) return printJson(page)
  if (page.items.length === 0) return printInfo('No stock movements yet.')
  printMovements(page.items)
  if (page.nextCursor !== null) printInfo('There are more entries. Use --limit <n> or --all to show them.')
}

function printMovements(movements: Movement[]): void {
  const columns: Column[] = [
    { header: 'Time' },
    { header: 'Changed by', minWidth: 8, dropOrder: 1 },
    {
      header: 'Change',
      align: 'right',
      style: (cell) => styleText(cell.startsWith('+') ? 'green' : 'yellow', cell),
    },
    { header: 'After', align: 'right' },
    { header: 'Notified', align: 'right', dropOrder: 3 },
    { header: 'Note', minWidth: 10, dropOrder: 2 },
  ]
  const rows = movements.map(
    ({ createdAt, actorEmail, actorId, tokenName, delta, quantityAfter, broadcast, note }) => [
      localTime(createdAt),
      tokenName ?? actorEmail ?? `#${actorId}`,
      delta > 0 ? `+${delta}` : String(delta),
      String(quantityAfter),
      broadcast === null ? '' : String(broadcast.notified),
      note ?? '',
    ],
  )
  printTable(columns, rows)
}
