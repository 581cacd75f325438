import type { Reader } from '../database.ts'
import { prebookRows, type PrebookRow } from './prebook-rows.ts'

/**
 * Somebody's prebooks for a stream, oldest first, from after `afterId` on.
 *
 * @param page.forgottenTo of the prebooks up to this id, only those that are not cancelled: the others were told long ago
 */
export async function listWatchedPrebooks(
  reader: Reader,
  page: { userId: number; afterId: number; forgottenTo: number; limit: number },
): Promise<PrebookRow[]> {
  return prebookRows(reader)
    .where('prebooks.user_id', '=', page.userId)
    .where('prebooks.id', '>', page.afterId)
    .where((eb) => eb.or([eb('prebooks.id', '>', page.forgottenTo), eb('prebooks.cancelled_at', 'is', null)]))
    .orderBy('prebooks.id')
    .limit(page.limit)
    .execute()
}

/**
 * The prebooks that some people have on a waitlist, cancelled ones left out. One lookup for each person, however many
 * others stand on it.
 */
export async function listPrebooksOnWaitlist(
  reader: Reader,
  wanted: { waitlistId: number; userIds: readonly number[] },
): Promise<PrebookRow[]> {
  return prebookRows(reader)
    .where('prebooks.waitlist_id', '=', wanted.waitlistId)
    .where('prebooks.user_id', 'in', wanted.userIds)
    .where('prebooks.cancelled_at', 'is', null)
    .execute()
}
