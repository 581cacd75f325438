import { countWaitlist, findWaitlist, keepNotifiedCount } from '@prebook/db'
import type { Services } from '../services.ts'

/**
 * How many people a broadcast notified. Counted the first time somebody asks, after the commit that closed the waitlist
 * and in slices, then kept: on a closed waitlist it never changes.
 */
export async function notifiedCount({ store }: Services, waitlistId: number): Promise<number> {
  const waitlist = await store.read((reader) => findWaitlist(reader, waitlistId))
  if (waitlist?.notified_count != null) return waitlist.notified_count
  const { notified } = await countWaitlist(store, waitlistId)
  // Not awaited: the restock stands and the number is right. If it cannot be kept now, whoever asks next counts again.
  store.write((tx) => keepNotifiedCount(tx, waitlistId, notified)).catch(() => {})
  return notified
}
