import { afterEach, expect, test, vi } from 'vitest'
import { createYielder } from './yielder.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

test('others have their turn when the time is over, not before, and then again after as long', async () => {
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  const giveWay = createYielder()
  let turns = 0
  const others = async (pass: number) => {
    setImmediate(() => (turns += 1))
    now += pass
    await giveWay()
    return turns
  }
  expect(await others(4)).toBe(0)
  expect(await others(1)).toBe(2)
  expect(await others(4)).toBe(2)
  expect(await others(2)).toBe(4)
})
