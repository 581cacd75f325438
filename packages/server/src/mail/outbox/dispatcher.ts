import { setImmediate as turn } from 'node:timers/promises'
import { dispatchSlice, listUndispatched } from '@prebook/db'
import type { Services } from '../../services.ts'

/**
 * Prebooks per transaction, at first, at least and at most. Each transaction costs a flush to disk, so large slices are faster.
 * But on SQLite a slice blocks the event loop, so the next one is smaller if a slice kept it busy for more than
 * `shrinkAboveMs`, and larger if for less than `growBelowMs`.
 */
const SLICE = { first: 250, least: 250, most: 1_000, growBelowMs: 6, shrinkAboveMs: 12 }

const DISPATCHES_AT_ONCE = 20

/**
 * Writes the missing deliveries of all broadcasts and settled announcements, one after the other, in slices. Each slice advances a
 * cursor, so work resumes there. Memory use does not grow with the waitlist.
 *
 * @param options.stopped checked before each slice
 * @param options.written called after each slice, so that sending can start
 */
export async function dispatchDeliveries(
  services: Services,
  options: { stopped: () => boolean; written: (deliveries: number) => void },
): Promise<void> {
  const { store, now } = services
  let limit = SLICE.first
  for (;;) {
    const due = { now: now(), limit: DISPATCHES_AT_ONCE }
    const dispatches = await store.read((reader) => listUndispatched(reader, due))
    for (const dispatch of dispatches) {
      for (let done = false; !done; await turn()) {
        if (options.stopped()) return
        const slice = { dispatch, limit, now: now() }
        const before = performance.eventLoopUtilization()
        const step = await store.write((tx) => dispatchSlice(tx, slice))
        done = step === undefined || step.done
        if (!done) limit = nextLimit(limit, performance.eventLoopUtilization(before).active)
        if (step !== undefined && step.written > 0) options.written(step.written)
      }
    }
    if (dispatches.length < DISPATCHES_AT_ONCE) return
  }
}

function nextLimit(limit: number, busyMs: number): number {
  if (busyMs < SLICE.growBelowMs) return Math.min(limit * 2, SLICE.most)
  if (busyMs > SLICE.shrinkAboveMs) return Math.max(Math.ceil(limit / 2), SLICE.least)
  return limit
}
