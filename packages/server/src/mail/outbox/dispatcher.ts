import { setImmediate as turn } from 'node:timers/promises'
import { countWaitlist, dispatchSlice, keepNotifiedCount, listUndispatchedWaitlists } from '@prebook/db'
import type { Services } from '../../services.ts'

/** Prebooks in one transaction: some milliseconds of the writer's time on SQLite, then others have their turn. */
const SLICE = 250

const WAITLISTS_AT_ONCE = 20

/**
 * Writes a delivery for everybody whom a broadcast notified and who has none yet, waitlist by waitlist, in slices that
 * each leave a place to go on from. What it holds in memory does not grow with the waitlist.
 *
 * @param options.stopped asked before each slice
 * @param options.written told after each slice, so that sending can begin
 */
export async function dispatchWaitlists(
  services: Services,
  options: { stopped: () => boolean; written: (deliveries: number) => void },
): Promise<void> {
  const { store, now } = services
  for (;;) {
    const waitlists = await store.read((reader) => listUndispatchedWaitlists(reader, WAITLISTS_AT_ONCE))
    for (const { id, notified_count } of waitlists) {
      // Messages tell how many waited: it is counted and kept before the first of them can be due.
      if (notified_count === null) await keepCount(services, id)
      for (let done = false; !done; await turn()) {
        if (options.stopped()) return
        const slice = { waitlistId: id, limit: SLICE, now: now() }
        const step = await store.write((tx) => dispatchSlice(tx, slice))
        done = step === undefined || step.done
        if (step !== undefined && step.written > 0) options.written(step.written)
      }
    }
    if (waitlists.length < WAITLISTS_AT_ONCE) return
  }
}

async function keepCount({ store }: Services, waitlistId: number): Promise<void> {
  const { notified } = await countWaitlist(store, waitlistId)
  await store.write((tx) => keepNotifiedCount(tx, waitlistId, notified))
}
