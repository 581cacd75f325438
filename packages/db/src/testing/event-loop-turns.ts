import { vi } from 'vitest'

/**
 * Runs work that gives way by the clock, and counts how often others had their turn meanwhile. Every look at the clock is
 * 10 ms after the one before, so that each piece of the work counts as long.
 */
export async function turnsWhile<T>(work: () => Promise<T>): Promise<{ result: T; turns: number }> {
  let now = performance.now()
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 10))
  let turns = 0
  let working = true
  const tick = () => {
    turns += 1
    if (working) setImmediate(tick)
  }
  setImmediate(tick)
  try {
    const result = await work()
    return { result, turns }
  } finally {
    working = false
    clock.mockRestore()
  }
}
