import type { Reader } from '../database.ts'
import { preparedQuery, type Params } from './prepared-query.ts'
import { prebookRows, type PrebookRow } from './prebook-rows.ts'

/** A cancelled prebook, and when it was cancelled, in milliseconds UTC. */
export type Cancellation = { id: number; cancelledAt: number }

const uncancelledPage = preparedQuery(
  (reader: Reader, params: Params<{ userId: number; afterWaitlistId: number; limit: number }>) =>
    reader
      .selectFrom('prebooks')
      .innerJoin('waitlists', 'waitlists.id', 'prebooks.waitlist_id')
      .select(['prebooks.id', 'prebooks.waitlist_id as waitlistId', 'waitlists.withdrawn_at as withdrawnAt'])
      .where('prebooks.user_id', '=', params.userId)
      .where('prebooks.cancelled_at', 'is', null)
      .where('prebooks.waitlist_id', '>', params.afterWaitlistId)
      // The reader has cancelled all but one of a waitlist.
      .orderBy('prebooks.waitlist_id')
      .limit(params.limit),
)

/**
 * A page of the prebooks that a user has not cancelled, in the order of their waitlists, after `afterWaitlistId`. The shop has
 * cancelled those with a `withdrawnAt`, at that time in milliseconds UTC.
 */
export async function listUncancelledPrebooks(
  reader: Reader,
  page: { userId: number; afterWaitlistId: number; limit: number },
): Promise<{ id: number; waitlistId: number; withdrawnAt: number | null }[]> {
  return uncancelledPage(reader, page)
}

type CancelledPage = { userId: number; beforeTime: number; beforeId: number; limit: number }

const cancelledPage = preparedQuery((reader: Reader, params: Params<CancelledPage>) =>
  reader
    .selectFrom('prebooks')
    .select(['id', 'cancelled_at'])
    .$narrowType<{ cancelled_at: number }>()
    .where('user_id', '=', params.userId)
    .where('cancelled_at', 'is not', null)
    // Bounds the range in the index. Planners do not see that the next condition bounds it.
    .where('cancelled_at', '<=', params.beforeTime)
    .where((eb) => eb.or([eb('cancelled_at', '<', params.beforeTime), eb('id', '<', params.beforeId)]))
    .orderBy('cancelled_at', 'desc')
    .orderBy('id', 'desc')
    .limit(params.limit),
)

/** A page of the prebooks that a user has cancelled, the latest cancellation first, before the one of `before`. */
export async function listCancelledPrebooks(
  reader: Reader,
  page: { userId: number; before: Cancellation | null; limit: number },
): Promise<Cancellation[]> {
  const { userId, before, limit } = page
  const beforeTime = before?.cancelledAt ?? Number.MAX_SAFE_INTEGER
  const rows = await cancelledPage(reader, { userId, beforeTime, beforeId: before?.id ?? 0, limit })
  return rows.map(({ id, cancelled_at }) => ({ id, cancelledAt: cancelled_at }))
}

/** A page of the prebooks of a user, of every status, oldest first, after `afterId`. */
export async function listPrebooksAfter(
  reader: Reader,
  page: { userId: number; afterId: number; limit: number },
): Promise<PrebookRow[]> {
  return prebookRows(reader)
    .where('prebooks.user_id', '=', page.userId)
    .where('prebooks.id', '>', page.afterId)
    .orderBy('prebooks.id')
    .limit(page.limit)
    .execute()
}

/** Prebooks of a user by their ids, oldest first. */
export async function listPrebooksById(
  reader: Reader,
  filter: { userId: number; ids: readonly number[] },
): Promise<PrebookRow[]> {
  return prebookRows(reader)
    .where('prebooks.user_id', '=', filter.userId)
    .where('prebooks.id', 'in', filter.ids)
    .orderBy('prebooks.id')
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
