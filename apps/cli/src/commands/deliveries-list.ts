import { styleText } from 'node:util'
import type { RouterInputs, RouterOutputs } from '@prebook/client'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { findBookId } from './find-book.ts'
import { localTime } from '../terminal/local-time.ts'
import { printJson, printTable, printInfo } from '../terminal/output.ts'
import { collectPages, type ListOptions, type Paging } from './pages.ts'
import { printCsv } from './print-csv.ts'

type Delivery = RouterOutputs['deliveries']['list']['items'][number]

export type DeliveriesListOptions = GlobalOptions & ListOptions & { state?: Delivery['state']; book?: string }

/** `prebook deliveries list`: lists e-mails, newest first. */
export async function listDeliveries(options: DeliveriesListOptions): Promise<void> {
  const connection = await connect(options)
  const filter: RouterInputs['deliveries']['list'] = {}
  if (options.state !== undefined) filter.state = options.state
  if (options.book !== undefined) filter.bookId = await findBookId(connection, options.book, options)
  const fetchPage = (paging: Paging) =>
    connection.call((client, request) => client.deliveries.list.query({ ...filter, ...paging }, request))
  if (options.csv === true) return printCsv('deliveries', fetchPage, options)
  const page = await collectPages(fetchPage, options)
  if (options.json === true) return printJson(page)
  if (page.items.length === 0) return printInfo('No matching e-mails.')
  printDeliveries(page.items)
  if (page.nextCursor !== null) printInfo('There are more entries. Use --limit <n> or --all to show them.')
}

function printDeliveries(deliveries: Delivery[]): void {
  printTable(
    [
      { header: 'ID', align: 'right' },
      { header: 'E-mail', minWidth: 16 },
      { header: 'Kind', dropOrder: 3 },
      { header: 'Book', minWidth: 12, dropOrder: 2 },
      {
        header: 'State',
        style: (cell, row) => (deliveries[row]?.state === 'failed' ? styleText('red', cell) : cell),
      },
      { header: 'Attempts', align: 'right', dropOrder: 4 },
      { header: 'Time', dropOrder: 1 },
      { header: 'Reason', minWidth: 16, dropOrder: 5 },
    ],
    deliveries.map((delivery) => [
      String(delivery.id),
      delivery.email ?? '',
      delivery.kind,
      delivery.bookTitle ?? '',
      delivery.state,
      String(delivery.attempts),
      localTime(delivery.sentAt ?? delivery.nextAttemptAt ?? delivery.queuedAt),
      delivery.skipReason ?? delivery.lastError ?? '',
    ]),
  )
}
