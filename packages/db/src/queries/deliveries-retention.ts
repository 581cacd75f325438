import type { DeliveryLane, SettledState } from '@prebook/core'
import type { Tx } from '../database.ts'
import { CLEAR_BATCH_ROWS } from './clear-in-batches.ts'

/**
 * Deletes a batch of settled deliveries whose last attempt was due at `dueBy` or before, longest due first. Deleted mail is
 * never queued again: a dispatch cursor does not go back, and no generation of a link is used twice. What an address refused
 * is kept.
 *
 * @returns how many it deleted, up to {@link CLEAR_BATCH_ROWS}
 */
export async function deleteSettledDeliveries(
  tx: Tx,
  settled: { lane: DeliveryLane; state: SettledState; dueBy: number },
): Promise<number> {
  const some = tx
    .selectFrom('deliveries')
    .select('id')
    .where('lane', '=', settled.lane)
    .where('state', '=', settled.state)
    .where('next_attempt_at', '<=', settled.dueBy)
    .orderBy('next_attempt_at')
    .limit(CLEAR_BATCH_ROWS)
  const { numDeletedRows } = await tx
    .deleteFrom('deliveries')
    .where('id', 'in', some)
    // Checked again, because an admin may have queued one again meanwhile.
    .where('state', '=', settled.state)
    .where('next_attempt_at', '<=', settled.dueBy)
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
