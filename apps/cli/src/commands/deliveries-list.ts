import { styleText } from 'node:util'
import type { RouterInputs, RouterOutputs } from '@prebook/client'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { findBookId } from './find-book.ts'
import { localTime } from '../terminal/local-time.ts'
import { printJson, printTable, remark } from '../terminal/output.ts'
import { collectPages, type Extent } from './pages.ts'

type Delivery = RouterOutputs['deliveries']['list']['items'][number]

export type DeliveriesListOptions = GlobalOptions & Extent & { state?: Delivery['state']; book?: string }

/** `prebook deliveries list`: e-mails about restocks, newest first. */
export async function listDeliveries(options: DeliveriesListOptions): Promise<void> {
  const connection = await connect(options)
  const filter: RouterInputs['deliveries']['list'] = {}
  if (options.state !== undefined) filter.state = options.state
  if (options.book !== undefined) filter.bookId = await findBookId(connection, options.book, options)
  const page = await collectPages(
    (place) =>
      connection.call((client, request) => client.deliveries.list.query({ ...filter, ...place }, request)),
    options,
  )
  if (options.json === true) return printJson(page)
  if (page.items.length === 0) return remark('No e-mail fits.')
  printDeliveries(page.items)
  if (page.nextCursor !== null) remark('There are more: raise --limit, or add --all.')
}

function printDeliveries(deliveries: Delivery[]): void {
  printTable(
    [
      { header: 'Id', align: 'right' },
      { header: 'E-mail', shrinksTo: 16 },
      { header: 'Book', shrinksTo: 12, leftOut: 2 },
      {
        header: 'State',
        style: (cell, row) => (deliveries[row]?.state === 'failed' ? styleText('red', cell) : cell),
      },
      { header: 'Tries', align: 'right', leftOut: 3 },
      { header: 'When', leftOut: 1 },
      { header: 'Why', shrinksTo: 16, leftOut: 4 },
    ],
    deliveries.map((delivery) => [
      String(delivery.id),
      delivery.email,
      delivery.bookTitle,
      delivery.state,
      String(delivery.attempts),
      localTime(delivery.sentAt ?? delivery.nextAttemptAt ?? delivery.queuedAt),
      delivery.skipReason ?? delivery.lastError ?? '',
    ]),
  )
}
