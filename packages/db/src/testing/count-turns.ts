import { WAIT } from '@prebook/testing/bounds'
import { vi } from 'vitest'

/** Counts the turns of the event loop. The count does not grow while the event loop is blocked. */
export function countTurns() {
  let turns = 0
  const ticking = setInterval(() => {
    turns += 1
  }, 1)
  return {
    /** Waits until the event loop has made `count` turns since the beginning. */
    reach: (count: number) => vi.waitUntil(() => turns >= count, WAIT),
    [Symbol.dispose]: () => clearInterval(ticking),
  }
}
