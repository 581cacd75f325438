import { WAIT } from '@prebook/testing/bounds'
import { vi } from 'vitest'

/** Counts how often the event loop comes round: it stands still while somebody blocks it. */
export function countTurns() {
  let turns = 0
  const ticking = setInterval(() => {
    turns += 1
  }, 1)
  return {
    /** Waits until it came round so many times since the beginning. */
    reach: (count: number) => vi.waitUntil(() => turns >= count, WAIT),
    [Symbol.dispose]: () => clearInterval(ticking),
  }
}
