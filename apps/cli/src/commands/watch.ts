import { styleText } from 'node:util'
import { createClient, explainError, isPrebookError, type StockMovementNews } from '@prebook/client'
import { connect, usesShopToken, type GlobalOptions } from '../session/connect.ts'
import { checkShopToken } from '../session/shop-token.ts'
import { countOf } from '../terminal/plural.ts'
import { findBook } from './find-book.ts'
import { localTime } from '../terminal/local-time.ts'
import { explainFailure } from '../session/network-failure.ts'
import { print, printInfo } from '../terminal/output.ts'
import { plain, plainJson } from '../terminal/plain-text.ts'

export type WatchOptions = GlobalOptions & { book?: string; after?: number }

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/**
 * `prebook watch`: prints a line for each stock change as it happens, until Ctrl-C. After a lost connection it reconnects
 * and resumes without a gap. Connection messages go to standard error.
 *
 * @throws NetworkError when the server is unreachable at the start
 */
export async function watch(options: WatchOptions): Promise<void> {
  const connection = await connect(options)
  const { address, token } = connection
  // Fails early on a wrong address or an invalid token, which would otherwise be retried forever.
  if (usesShopToken()) await checkShopToken(connection)
  else await connection.call((client, request) => client.auth.me.query(undefined, request))
  // Looks up even an id: a book that does not exist would never have an event.
  const bookId =
    options.book === undefined ? undefined : (await findBook(connection, options.book, options)).id
  const input = {
    ...(bookId !== undefined && { bookId }),
    ...(options.after !== undefined && { afterMovementId: options.after }),
  }
  const seen = new Set<number>()
  let lost = false
  await untilInterrupted((fail) =>
    createClient({ url: address, token }).stock.changes.subscribe(input, {
      onData({ data }) {
        // After a reconnect, the latest events may arrive again.
        if (seen.has(data.id)) return
        seen.add(data.id)
        if (seen.size > 2_000) for (const id of [...seen].slice(0, 1_000)) seen.delete(id)
        print(options.json === true ? plainJson(data, 0) : describe(data))
      },
      onConnectionStateChange({ state, error }) {
        if (state === 'pending') {
          printInfo(lost ? 'Reconnected.' : 'Watching for stock changes. Press Ctrl-C to stop.')
          lost = false
        } else if (state === 'connecting' && error && !lost) {
          lost = true
          printInfo(`${explainError(error).message} Reconnecting…`)
        }
      },
      onError(error) {
        fail(isPrebookError(error) ? error : explainFailure(address, error, error.cause))
      },
    }),
  )
}

/** Runs a subscription until a signal arrives, standard output is closed, or the subscription fails. */
async function untilInterrupted(
  subscribe: (fail: (error: Error) => void) => { unsubscribe(): void },
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const end = () => resolve()
  for (const signal of SIGNALS) process.once(signal, end)
  process.stdout.once('error', end)
  const subscription = subscribe(reject)
  try {
    await promise
  } finally {
    subscription.unsubscribe()
    process.stdout.off('error', end)
    for (const signal of SIGNALS) process.off(signal, end)
  }
}

function describe({
  createdAt,
  bookId,
  bookTitle,
  delta,
  quantityAfter,
  broadcast,
}: StockMovementNews): string {
  const change = `${quantityAfter - delta} → ${quantityAfter}`
  const notified = broadcast === null ? '' : `  notified ${countOf(broadcast.notified, 'reader')}`
  return `${localTime(createdAt)}  ${plain`#${bookId} ${bookTitle}`}  ${styleText(delta > 0 ? 'green' : 'yellow', change)}${notified}`
}
