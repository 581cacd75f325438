import { afterEach, expect, test, vi } from 'vitest'
import { createYielder } from './yielder.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

test('yields when its time is up, not before, and again after the same time', async () => {
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  const yieldIfDue = createYielder()
  let turns = 0
  const turnsAfter = async (pass: number) => {
    setImmediate(() => (turns += 1))
    now += pass
    await yieldIfDue()
    return turns
  }
  expect(await turnsAfter(4)).toBe(0)
  expect(await turnsAfter(1)).toBe(2)
  expect(await turnsAfter(4)).toBe(2)
  expect(await turnsAfter(2)).toBe(4)
})
