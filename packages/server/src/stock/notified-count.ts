import { PrebookError } from '@prebook/core'
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
  try {
    await store.write((tx) => keepNotifiedCount(tx, waitlistId, notified))
  } catch (error) {
    // The restock stands, and the number is right: whoever asks next counts again.
    if (!(error instanceof PrebookError && error.reason === 'STORE_BUSY')) throw error
  }
  return notified
}
