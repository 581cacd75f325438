import type { StockMovement } from '@prebook/core'
import type { StockMovementRow } from '@prebook/db'
import { isoTime } from '../iso-time.ts'

/** Converts a movement row to its API form. */
export function presentMovement(row: StockMovementRow): StockMovement {
  return {
    id: row.id,
    bookId: row.book_id,
    delta: row.delta,
    quantityAfter: row.quantity_after,
    actorId: row.actor_id,
    tokenId: row.token_id,
    note: row.note,
    createdAt: isoTime(row.created_at),
  }
}
