import { vi } from 'vitest'

/**
 * Runs work that yields by the clock, and counts the turns of the event loop meanwhile. Each reading of the clock is 10
 * ms after the one before, so that the work yields after every piece.
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
