import { expect, test } from 'vitest'
import { createRecentCounts } from './recent-counts.ts'

function setUp() {
  const clock = { now: 1_000 }
  const counts = createRecentCounts<number>(() => clock.now)
  let computed = 0
  const next = () => Promise.resolve((computed += 1))
  return { clock, counts, next }
}

test('a recent result is used again, for ten seconds', async () => {
  const { clock, counts, next } = setUp()
  expect(await counts.recent('a', next)).toBe(1)
  clock.now += 9_999
  expect(await counts.recent('a', next)).toBe(1)
  expect(await counts.recent('b', next)).toBe(2)
  clock.now += 1
  expect(await counts.recent('a', next)).toBe(3)
  // A clock that is set back does not make it last longer.
  clock.now -= 60_000
  expect(await counts.recent('a', next)).toBe(4)
})

test('who asks for a new result gets one, and others get it too', async () => {
  const { counts, next } = setUp()
  await counts.compute('a', next)
  expect(await counts.compute('a', next)).toBe(2)
  expect(await counts.recent('a', next)).toBe(2)
})

test('a failure is not kept', async () => {
  const { counts, next } = setUp()
  await expect(counts.recent('a', () => Promise.reject(new Error('busy')))).rejects.toThrow('busy')
  expect(await counts.recent('a', next)).toBe(1)
})

test('the oldest result goes when there are many', async () => {
  const { counts, next } = setUp()
  for (let key = 0; key <= 200; key += 1) await counts.recent(String(key), next)
  expect(await counts.recent('1', next)).toBe(2)
  expect(await counts.recent('0', next)).toBe(202)
})
