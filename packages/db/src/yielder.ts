import { setImmediate as turn } from 'node:timers/promises'

/** How long a count or a report may occupy the event loop before it yields, in milliseconds. */
const SLICE_MS = 5

/**
 * Creates a function to call after each piece of a long computation. It yields to the event loop once the computation
 * has run for {@link SLICE_MS}, and not earlier: if other work yields too, such as the dispatch of a million mails,
 * yielding after each piece of 0.1 ms would take a hundred times as long as the piece itself.
 */
export function createYielder(): () => Promise<void> {
  let startedAt = performance.now()
  return async () => {
    if (performance.now() - startedAt < SLICE_MS) return
    await turn()
    startedAt = performance.now()
  }
}
