import { setImmediate as turn } from 'node:timers/promises'
import { dispatchSlice, listUndispatchedWaitlists } from '@prebook/db'
import type { Services } from '../../services.ts'

/** Prebooks per transaction. A slice blocks other writers on SQLite for a few milliseconds. */
const SLICE = 250

const WAITLISTS_AT_ONCE = 20

/**
 * Writes the missing deliveries of all broadcasts, waitlist by waitlist, in slices. Each slice advances the cursor of its
 * waitlist, so work resumes there. Memory use does not grow with the waitlist.
 *
 * @param options.stopped checked before each slice
 * @param options.written called after each slice, so that sending can start
 */
export async function dispatchWaitlists(
  services: Services,
  options: { stopped: () => boolean; written: (deliveries: number) => void },
): Promise<void> {
  const { store, now } = services
  for (;;) {
    const waitlists = await store.read((reader) => listUndispatchedWaitlists(reader, WAITLISTS_AT_ONCE))
    for (const { id } of waitlists) {
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
