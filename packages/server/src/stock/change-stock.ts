import { createHash } from 'node:crypto'
import {
  planStockChange,
  PrebookError,
  StockChange,
  type StockAdjustInput,
  type StockSetInput,
} from '@prebook/core'
import {
  closeOpenWaitlist,
  findBook,
  findStockRequest,
  insertMovement,
  insertStockRequest,
  moveStock,
  UniqueViolation,
  type ChangeEvent,
  type Tx,
} from '@prebook/db'
import { presentBook } from '../books/present-book.ts'
import type { SignedInContext } from '../context.ts'
import { isoTime } from '../iso-time.ts'
import { countNotified, notifiedCount } from './notified-count.ts'
import { presentMovement } from './present-movement.ts'

/**
 * Changes the stock of a book and, when that is a restock, closes its waitlist in the same transaction: from the commit
 * on everybody who waited is notified.
 *
 * @throws PrebookError `BOOK_NOT_FOUND`, `STOCK_CONFLICT`, `STOCK_NEGATIVE`, `STOCK_IDEMPOTENCY_MISMATCH`
 */
export async function changeStock(
  context: SignedInContext,
  input: StockSetInput | StockAdjustInput,
): Promise<StockChange> {
  const { store } = context.services
  try {
    const { change, again } = await store.writeOnBook(
      input.bookId,
      'exclusive',
      (tx) => once(context, tx, input),
      newsOf,
    )
    const { broadcast } = change
    if (broadcast === null) return { ...change, broadcast }
    const count = again ? notifiedCount : countNotified
    const notified = await count(context.services, broadcast.waitlistId)
    return { ...change, broadcast: { ...broadcast, notified } }
  } catch (error) {
    // Under one key two different books were changed at the same moment; the lock on a book does not see that.
    if (error instanceof UniqueViolation)
      throw new PrebookError('STOCK_IDEMPOTENCY_MISMATCH', { cause: error })
    throw error
  }
}

/** What the transaction decides. How many were notified is counted after it. */
const CommittedChange = StockChange.extend({
  broadcast: StockChange.shape.broadcast.unwrap().omit({ notified: true }).nullable(),
})
type CommittedChange = Omit<StockChange, 'broadcast'> & {
  broadcast: { waitlistId: number; notifiedAt: string } | null
}

/** A change, and whether it had been carried out before under the same key. */
type Outcome = { change: CommittedChange; again: boolean }

function newsOf({ change: { movement, broadcast } }: Outcome): ChangeEvent | null {
  if (movement === null) return null
  const closedWaitlistId = broadcast?.waitlistId ?? null
  return { kind: 'stock', bookId: movement.bookId, movementId: movement.id, closedWaitlistId }
}

/** Carries the change out, unless it was carried out before under the same key: then its answer is given again. */
async function once(
  context: SignedInContext,
  tx: Tx,
  input: StockSetInput | StockAdjustInput,
): Promise<Outcome> {
  const { idempotencyKey: key } = input
  if (key === undefined) return { change: await carryOut(context, tx, input), again: false }
  const actorId = context.user.id
  const requestHash = hashRequest(input)
  const before = await findStockRequest(tx, { actorId, key })
  if (before !== undefined) {
    if (before.requestHash !== requestHash) throw new PrebookError('STOCK_IDEMPOTENCY_MISMATCH')
    return { change: CommittedChange.parse(JSON.parse(before.answer)), again: true }
  }
  const change = await carryOut(context, tx, input)
  const request = { actorId, key, requestHash, answer: JSON.stringify(change) }
  await insertStockRequest(tx, request, context.services.now())
  return { change, again: false }
}

async function carryOut(
  { services, user }: SignedInContext,
  tx: Tx,
  input: StockSetInput | StockAdjustInput,
): Promise<CommittedChange> {
  const book = await findBook(tx, input.bookId)
  if (book === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field: 'bookId' })
  const before = book.stock_quantity
  const { quantityAfter, delta, transition } = planStockChange(before, input)
  if (transition === 'none') return { book: presentBook(book), movement: null, transition, broadcast: null }

  const now = services.now()
  const changed = await moveStock(tx, { bookId: book.id, before, after: quantityAfter, now })
  const movement = await insertMovement(tx, {
    book_id: book.id,
    delta,
    quantity_after: quantityAfter,
    actor_id: user.id,
    note: input.note ?? null,
    created_at: now,
  })
  const closed =
    transition === 'restocked'
      ? await closeOpenWaitlist(tx, { bookId: book.id, movementId: movement.id, now })
      : undefined
  return {
    book: presentBook(changed),
    movement: presentMovement(movement),
    transition,
    broadcast: closed === undefined ? null : { waitlistId: closed.id, notifiedAt: isoTime(now) },
  }
}

/** What makes two requests under one key the same: everything that was asked, whatever the order of its fields. */
function hashRequest(input: StockSetInput | StockAdjustInput): string {
  const wish = 'quantity' in input ? ['set', input.quantity] : ['adjust', input.delta]
  const asked = [input.bookId, ...wish, input.expectedQuantity ?? null, input.note ?? null]
  return createHash('sha256').update(JSON.stringify(asked)).digest('hex')
}
