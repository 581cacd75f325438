import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createTimerWheel } from './timer-wheel.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('visits each item once per period until it is removed', () => {
  const visits = new Map<number, number>()
  const wheel = createTimerWheel<number>(3_200, (item) => visits.set(item, (visits.get(item) ?? 0) + 1))
  const removals = Array.from({ length: 200 }, (_, item) => wheel.add(item))
  vi.advanceTimersByTime(6_400)
  expect([...visits.values()]).toEqual(Array.from({ length: 200 }, () => 2))
  removals[0]?.()
  removals[0]?.()
  vi.advanceTimersByTime(3_200)
  expect([visits.get(0), visits.get(1)]).toEqual([2, 3])
})

test('spreads visits over the period', () => {
  const moments = new Set<number>()
  const wheel = createTimerWheel<number>(3_200, () => moments.add(Date.now()))
  for (let item = 0; item < 500; item += 1) wheel.add(item)
  vi.advanceTimersByTime(3_200)
  expect(moments.size).toBeGreaterThan(20)
})

test('has no timer while it is empty', () => {
  const wheel = createTimerWheel<number>(3_200, () => {})
  const removals = [wheel.add(1), wheel.add(2)]
  expect(vi.getTimerCount()).toBe(1)
  for (const remove of removals) remove()
  expect(vi.getTimerCount()).toBe(0)
})
