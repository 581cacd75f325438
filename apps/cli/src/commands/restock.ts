import { randomUUID } from 'node:crypto'
import { isPrebookError, type RouterOutputs } from '@prebook/client'
import { CommandError, NetworkError } from '../program/command-error.ts'
import { connect, type Connection, type GlobalOptions } from '../session/connect.ts'
import { describeList } from '../terminal/description-list.ts'
import { requireConfirmation } from '../terminal/require-confirmation.ts'
import { countOf } from '../terminal/plural.ts'
import { bookHeading } from './describe-book.ts'
import { findBookId } from './find-book.ts'
import { listenForInterruption } from '../terminal/interruption.ts'
import { localTime } from '../terminal/local-time.ts'
import { print, printJson, printSentence, printInfo } from '../terminal/output.ts'
import { plain, plainText } from '../terminal/plain-text.ts'
import { confirm } from '../terminal/prompts.ts'
import { retryLostResponse } from '../session/retry.ts'
import { describeTransition } from '../terminal/describe-transition.ts'

export type RestockOptions = GlobalOptions & { to?: number; by?: number; note?: string; yes?: boolean }

/** A requested stock change: a new quantity, or a difference. */
type StockChangeRequest = { quantity: number } | { delta: number }

type Preview = RouterOutputs['stock']['preview']
type Change = RouterOutputs['stock']['set']

/**
 * `prebook restock`: shows the effect of a stock change, asks for confirmation and makes the change, provided that the
 * stock is still the one shown.
 *
 * @throws CommandError `usage` without a change, or when `--yes` is missing and the command cannot prompt; `conflict` when
 *   the stock has changed since
 */
export async function restock(reference: string, options: RestockOptions): Promise<void> {
  const requested = readStockChange(options)
  requireConfirmation(options)
  const connection = await connect(options)
  const bookId = await findBookId(connection, reference, options)
  const preview = await connection.call((client, request) =>
    client.stock.preview.query({ bookId, ...requested }, request),
  )
  if (options.json !== true) print(...describePreview(preview))
  if (options.yes !== true && preview.transition !== 'none') await confirm(question(preview))
  const change = await changeStock(connection, requested, {
    bookId,
    expectedQuantity: preview.book.stockQuantity,
    note: options.note ?? null,
    idempotencyKey: randomUUID(),
  })
  if (options.json === true) printJson({ preview, change })
  else printSentence(describeChange(change))
}

function readStockChange({ to, by }: RestockOptions): StockChangeRequest {
  if (to !== undefined && by === undefined) return { quantity: to }
  if (by !== undefined && to === undefined) return { delta: by }
  throw new CommandError('usage', 'Specify the stock change with either --to <n> or --by <n>.', {
    remedy: '--to 5 sets the stock to 5; --by 5 adds five copies, and --by -5 removes five.',
  })
}

type ChangeInput = { bookId: number; expectedQuantity: number; note: string | null; idempotencyKey: string }

/** The message for a change with an unknown outcome, and its remedy. */
const OUTCOME_UNKNOWN = 'It is unknown whether the stock was changed.'
const CHECK_STOCK = 'Run the command again later: it first shows the current stock.'

/** Changes the stock. Without a response it retries once with the same idempotency key. */
async function changeStock(
  { call }: Connection,
  requested: StockChangeRequest,
  input: ChangeInput,
): Promise<Change> {
  const send = () =>
    call((client, request) =>
      'quantity' in requested
        ? client.stock.set.mutate({ ...input, ...requested }, request)
        : client.stock.adjust.mutate({ ...input, ...requested }, request),
    )
  using _ = listenForInterruption(printInfo, () => `${OUTCOME_UNKNOWN} ${CHECK_STOCK}`)
  try {
    return await retryLostResponse(send, () =>
      printInfo('No response received. Retrying once; the stock cannot change twice.'),
    )
  } catch (error) {
    if (isPrebookError(error, 'STOCK_CONFLICT')) {
      throw new CommandError('conflict', 'The stock has changed since it was shown. Nothing was changed.', {
        remedy: 'Run the command again to see the current stock.',
        cause: error,
      })
    }
    if (error instanceof NetworkError) {
      throw new NetworkError(`${error.message} ${OUTCOME_UNKNOWN}`, {
        remedy: CHECK_STOCK,
        cause: error.cause,
      })
    }
    throw error
  }
}

function describePreview({ book, quantityAfter, transition, wouldNotify }: Preview): string[] {
  const words = describeTransition(transition, book.stockQuantity, quantityAfter)
  const reinstates = transition === 'restocked' && book.withdrawnAt !== null
  return [
    bookHeading(book),
    ...describeList([
      ['Stock', plain`${book.stockQuantity} → ${quantityAfter}, ${words}`],
      ['Reinstates', reinstates ? 'the book, which is withdrawn' : null],
      ['Notifies', wouldNotify === 0 ? 'no readers' : plainText(countOf(wouldNotify, 'waiting reader'))],
    ]),
  ]
}

function question({ quantityAfter, wouldNotify }: Preview): string {
  if (wouldNotify === 0) return plain`Set the stock to ${quantityAfter}?`
  return plain`Set the stock to ${quantityAfter} and notify ${countOf(wouldNotify, 'reader')}?`
}

function describeChange({ book, movement, transition, broadcast }: Change): string {
  if (movement === null) return plain`Nothing to do: the stock is already ${book.stockQuantity}.`
  const after = movement.quantityAfter
  const before = after - movement.delta
  const done = plain`Stock set to ${after}: ${describeTransition(transition, before, after)}.`
  if (transition !== 'restocked') return done
  if (broadcast === null) return `${done} No readers were waiting.`
  if (broadcast.notified === 0) return `${done} All waiting readers had cancelled.`
  return plain`${done} Notified ${countOf(broadcast.notified, 'reader')} at ${localTime(broadcast.notifiedAt)}.`
}
