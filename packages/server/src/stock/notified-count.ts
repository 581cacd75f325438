import { countWaitlist, findWaitlist, keepNotifiedCount } from '@prebook/db'
import type { Services } from '../services.ts'

/**
 * How many people a broadcast notified. Counted the first time somebody asks, after the commit that closed the waitlist
 * and in slices, then kept: on a closed waitlist it never changes.
 */
export async function notifiedCount(services: Services, waitlistId: number): Promise<number> {
  const waitlist = await services.store.read((reader) => findWaitlist(reader, waitlistId))
  return waitlist?.notified_count ?? countNotified(services, waitlistId)
}

/** As {@link notifiedCount}, for a waitlist that was closed just now: nobody can have counted it yet. */
export async function countNotified({ store }: Services, waitlistId: number): Promise<number> {
  const { notified } = await countWaitlist(store, waitlistId)
  // Not awaited: the restock stands and the number is right. If it cannot be kept now, whoever asks next counts again.
  store.write((tx) => keepNotifiedCount(tx, waitlistId, notified)).catch(() => {})
  return notified
}
