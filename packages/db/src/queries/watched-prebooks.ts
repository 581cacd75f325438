import type { Reader } from '../database.ts'
import { prebookRows, type PrebookRow } from './prebook-rows.ts'

/**
 * A page of a user's prebooks for a stream, oldest first, after `afterId`.
 *
 * @param page.forgottenTo up to this id, cancelled prebooks are left out: the stream sent them earlier
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
 * The live prebooks of some users on a waitlist. One index lookup per user, independent of the length of the waitlist.
 */
export async function listPrebooksOnWaitlist(
  reader: Reader,
  filter: { waitlistId: number; userIds: readonly number[] },
): Promise<PrebookRow[]> {
  return prebookRows(reader)
    .where('prebooks.waitlist_id', '=', filter.waitlistId)
    .where('prebooks.user_id', 'in', filter.userIds)
    .where('prebooks.cancelled_at', 'is', null)
    .execute()
}
