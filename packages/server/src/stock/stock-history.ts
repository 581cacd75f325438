import { PrebookError, type StockHistoryInput, type StockHistoryPage } from '@prebook/core'
import { findBook, listMovements, type MovementWithBroadcast } from '@prebook/db'
import { actorSeesAddresses } from '../auth/authorize.ts'
import type { ActorContext } from '../context.ts'
import { page, readCursor } from '../cursor.ts'
import { isoTime } from '../iso-time.ts'
import { presentMovement } from './present-movement.ts'

/**
 * Lists the movements of a book, newest first, each with the broadcast it caused.
 *
 * @throws PrebookError `BOOK_NOT_FOUND`
 */
export async function stockHistory(
  context: ActorContext,
  input: StockHistoryInput,
): Promise<StockHistoryPage> {
  const { services } = context
  const { bookId, limit } = input
  const beforeId = readCursor('movements', input.cursor)
  const rows = await services.store.read(async (reader) => {
    if ((await findBook(reader, bookId)) === undefined) return undefined
    return listMovements(reader, { bookId, beforeId, limit: limit + 1 })
  })
  if (rows === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field: 'bookId' })
  return page(
    'movements',
    rows,
    limit,
    (row) => presentWithBroadcast(context, row),
    (row) => row.id,
  )
}

/**
 * Converts a movement row to its API form, with the broadcast it caused, the token that made it and, for admins, the address
 * of its author.
 */
export function presentWithBroadcast(
  { actor }: Pick<ActorContext, 'actor'>,
  row: MovementWithBroadcast,
): StockHistoryPage['items'][number] {
  const { waitlist_id: waitlistId, notified_at: notifiedAt } = row
  const broadcast =
    waitlistId === null || notifiedAt === null
      ? null
      : { waitlistId, notifiedAt: isoTime(notifiedAt), notified: row.notified_count ?? 0 }
  return {
    ...presentMovement(row),
    actorEmail: actorSeesAddresses(actor) ? row.actor_email : null,
    tokenName: row.token_name,
    broadcast,
  }
}
