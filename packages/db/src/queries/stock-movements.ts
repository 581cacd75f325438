import type { Reader, StockMovementRow, Tx } from '../database.ts'

/** Writes down one change of a book's stock, for good. */
export async function insertMovement(
  tx: Tx,
  movement: Omit<StockMovementRow, 'id'>,
): Promise<StockMovementRow> {
  return tx.insertInto('stock_movements').values(movement).returningAll().executeTakeFirstOrThrow()
}

/** A movement, who made it, and the waitlist it closed, if it closed one. */
export type MovementWithBroadcast = StockMovementRow & {
  actor_email: string
  waitlist_id: number | null
  notified_at: number | null
}

/** The movements of a book, newest first, from before `beforeId` on. */
export async function listMovements(
  reader: Reader,
  page: { bookId: number; beforeId: number | null; limit: number },
): Promise<MovementWithBroadcast[]> {
  let query = reader
    .selectFrom('stock_movements')
    .innerJoin('users', 'users.id', 'stock_movements.actor_id')
    .leftJoin('waitlists', 'waitlists.closed_by', 'stock_movements.id')
    .selectAll('stock_movements')
    .select(['users.email as actor_email', 'waitlists.id as waitlist_id', 'waitlists.notified_at'])
    .where('stock_movements.book_id', '=', page.bookId)
    .orderBy('stock_movements.id', 'desc')
    .limit(page.limit)
  if (page.beforeId !== null) query = query.where('stock_movements.id', '<', page.beforeId)
  return query.execute()
}
