import { countWaitlist, findWaitlist, keepNotifiedCount } from '@prebook/db'
import type { Services } from '../services.ts'

/**
 * Returns the number of readers that a broadcast notified. It is counted in slices on the first request after the waitlist
 * closed, then stored, since it never changes on a closed waitlist.
 */
export async function notifiedCount(services: Services, waitlistId: number): Promise<number> {
  const waitlist = await services.store.read((reader) => findWaitlist(reader, waitlistId))
  return waitlist?.notified_count ?? countNotified(services, waitlistId)
}

/** Like {@link notifiedCount}, for a waitlist that was just closed and has no stored count. */
export async function countNotified({ store }: Services, waitlistId: number): Promise<number> {
  const { notified } = await countWaitlist(store, waitlistId)
  // Not awaited: the restock is committed and the count is correct. If storing it fails, the next request counts again.
  store.write((tx) => keepNotifiedCount(tx, waitlistId, notified)).catch(() => {})
  return notified
}
