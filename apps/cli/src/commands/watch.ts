import { styleText } from 'node:util'
import { createClient, explainError, isPrebookError, type StockMovementNews } from '@prebook/client'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { countOf } from '../terminal/count-of.ts'
import { findBook } from './find-book.ts'
import { localTime } from '../terminal/local-time.ts'
import { explainFailure } from '../session/network-failure.ts'
import { print, remark } from '../terminal/output.ts'
import { plain, plainJson } from '../terminal/plain-text.ts'

export type WatchOptions = GlobalOptions & { book?: string; after?: number }

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/**
 * `prebook watch`: a line for each change of stock as it happens, until Ctrl-C. While the server is away it keeps trying,
 * and then goes on where it was; what is told on standard error is for people.
 *
 * @throws NetworkError when the server is not reached at the start
 */
export async function watch(options: WatchOptions): Promise<void> {
  const connection = await connect(options)
  const { address, token } = connection
  // A wrong address or a token that has ended is said at once, and not tried again for ever.
  await connection.call((client, request) => client.auth.me.query(undefined, request))
  // Looked up even when its id is given: of a book that does not exist nothing would ever come.
  const bookId =
    options.book === undefined ? undefined : (await findBook(connection, options.book, options)).id
  const input = {
    ...(bookId !== undefined && { bookId }),
    ...(options.after !== undefined && { afterMovementId: options.after }),
  }
  const told = new Set<number>()
  let lost = false
  await untilInterrupted((fail) =>
    createClient({ url: address, token }).stock.changes.subscribe(input, {
      onData({ data }) {
        // After a lost connection the last ones may come again.
        if (told.has(data.id)) return
        told.add(data.id)
        if (told.size > 2_000) for (const id of [...told].slice(0, 1_000)) told.delete(id)
        print(options.json === true ? plainJson(data, 0) : describe(data))
      },
      onConnectionStateChange({ state, error }) {
        if (state === 'pending') {
          remark(lost ? 'Connected again.' : 'Watching. Press Ctrl-C to end.')
          lost = false
        } else if (state === 'connecting' && error && !lost) {
          lost = true
          remark(`${explainError(error).message} Trying again until it is back …`)
        }
      },
      onError(error) {
        fail(isPrebookError(error) ? error : explainFailure(address, error, error.cause))
      },
    }),
  )
}

/** Runs a subscription until somebody ends the command or stops reading what it writes, or it fails by itself. */
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
  const told = broadcast === null ? '' : `  told ${countOf(broadcast.notified, 'reader')}`
  return `${localTime(createdAt)}  ${plain`#${bookId} ${bookTitle}`}  ${styleText(delta > 0 ? 'green' : 'yellow', change)}${told}`
}
