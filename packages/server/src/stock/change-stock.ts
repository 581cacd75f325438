import { createHash } from 'node:crypto'
import {
  Id,
  planStockChange,
  PrebookError,
  StockChange,
  StockMovement,
  type StockAdjustInput,
  type StockSetInput,
} from '@prebook/core'
import {
  actorColumns,
  closeOpenWaitlist,
  findBook,
  findStockRequest,
  findWaitlist,
  insertMovement,
  insertStockRequest,
  moveStock,
  recordAudit,
  UniqueViolation,
  type ChangeEvent,
  type Tx,
} from '@prebook/db'
import type { z } from 'zod'
import { presentBook } from '../books/present-book.ts'
import type { ActorContext } from '../context.ts'
import { idempotencyKeyOf } from '../idempotency/idempotency-key.ts'
import { isoTime } from '../iso-time.ts'
import { presentMovement } from './present-movement.ts'

/**
 * Changes the stock of a book. A restock closes the open waitlist in the same transaction, so everyone waiting is notified
 * as of the commit.
 *
 * @throws PrebookError `BOOK_NOT_FOUND`, `STOCK_CONFLICT`, `STOCK_NEGATIVE`, `STOCK_IDEMPOTENCY_MISMATCH`
 */
export async function changeStock(
  context: ActorContext,
  input: StockSetInput | StockAdjustInput,
): Promise<StockChange> {
  const { services, request } = context
  const key = idempotencyKeyOf(context, input)
  try {
    const { change, replayed } = await services.store.writeOnBook(
      input.bookId,
      'exclusive',
      (tx) => changeOnce(context, tx, input, key),
      eventFor,
    )
    if (replayed) request.setReplayed()
    return change
  } catch (error) {
    // The same key was used for two books concurrently, which the lock on a single book cannot detect.
    if (error instanceof UniqueViolation)
      throw new PrebookError('STOCK_IDEMPOTENCY_MISMATCH', { cause: error })
    throw error
  }
}

/** A stored response. Those of earlier versions lack the number of notified readers, and the token, which was none. */
const StoredChange = StockChange.extend({
  movement: StockMovement.extend({ tokenId: Id.nullable().default(null) }).nullable(),
  broadcast: StockChange.shape.broadcast.unwrap().partial({ notified: true }).nullable(),
})

/** A response as {@link changeOnce} stores it. Only the number of notified readers may be missing. */
export function parseStoredChange(answer: string): z.infer<typeof StoredChange> {
  return StoredChange.parse(JSON.parse(answer))
}

/** A change, and whether its response was stored by an earlier request with the same key. */
export type ChangedOnce = { change: StockChange; replayed: boolean }

/** The event of a change; null when nothing changed now. */
export function eventFor({ change: { movement, broadcast }, replayed }: ChangedOnce): ChangeEvent | null {
  if (movement === null || replayed) return null
  const closedWaitlistId = broadcast?.waitlistId ?? null
  return { kind: 'stock', bookId: movement.bookId, movementId: movement.id, closedWaitlistId }
}

/**
 * Applies a change, or returns the stored response if the key was used before. Refuses before it writes anything.
 *
 * @param tx holds the lock on the book exclusively
 * @throws PrebookError like {@link changeStock}
 */
export async function changeOnce(
  context: ActorContext,
  tx: Tx,
  input: StockSetInput | StockAdjustInput,
  key: string | null,
): Promise<ChangedOnce> {
  if (key === null) return { change: await applyChange(context, tx, input), replayed: false }
  const actor = context.actor.id
  const requestHash = hashRequest(input)
  const before = await findStockRequest(tx, { actor, key })
  if (before !== undefined) {
    if (before.requestHash !== requestHash) throw new PrebookError('STOCK_IDEMPOTENCY_MISMATCH')
    const { broadcast, ...change } = parseStoredChange(before.answer)
    if (broadcast === null) return { change: { ...change, broadcast }, replayed: true }
    const notified = broadcast.notified ?? (await findWaitlist(tx, broadcast.waitlistId))?.notified_count ?? 0
    return { change: { ...change, broadcast: { ...broadcast, notified } }, replayed: true }
  }
  const change = await applyChange(context, tx, input)
  const request = { actor, key, requestHash, answer: JSON.stringify(change) }
  await insertStockRequest(tx, request, context.services.now())
  return { change, replayed: false }
}

async function applyChange(
  { services, actor }: ActorContext,
  tx: Tx,
  input: StockSetInput | StockAdjustInput,
): Promise<StockChange> {
  const book = await findBook(tx, input.bookId)
  if (book === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field: 'bookId' })
  const before = book.stock_quantity
  const { quantityAfter, delta, transition } = planStockChange(before, input)
  if (transition === 'none')
    return { book: presentBook(services, book), movement: null, transition, broadcast: null }

  const now = services.now()
  // What does not depend on each other goes together, so that PostgreSQL answers it in one round trip.
  const [changed, movement] = await Promise.all([
    moveStock(tx, { bookId: book.id, before, after: quantityAfter, now }),
    insertMovement(tx, {
      book_id: book.id,
      delta,
      quantity_after: quantityAfter,
      ...actorColumns(actor.id),
      note: input.note ?? null,
      created_at: now,
    }),
  ])
  const [closed] = await Promise.all([
    transition === 'restocked'
      ? closeOpenWaitlist(tx, { bookId: book.id, movementId: movement.id, now })
      : undefined,
    recordAudit(tx, {
      at: now,
      actor: actor.id,
      action: 'quantity' in input ? 'stock.set' : 'stock.adjust',
      subject: `book:${book.id}`,
      details: { movementId: movement.id, delta, quantityAfter },
    }),
  ])
  return {
    book: presentBook(services, changed),
    movement: presentMovement(movement),
    transition,
    broadcast:
      closed === undefined
        ? null
        : { waitlistId: closed.id, notifiedAt: isoTime(now), notified: closed.notified_count ?? 0 },
  }
}

/** Identifies a request under its key by all of its fields, regardless of their order. */
export function hashRequest(input: StockSetInput | StockAdjustInput): string {
  const target = 'quantity' in input ? ['set', input.quantity] : ['adjust', input.delta]
  const fields = [input.bookId, ...target, input.expectedQuantity ?? null, input.note ?? null]
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex')
}
