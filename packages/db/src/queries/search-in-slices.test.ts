import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { searchInSlices } from './search-in-slices.ts'

afterEach(() => vi.restoreAllMocks())

/** Searches slices without matches, each of which takes this long. */
async function searchAll(slices: number, msEach: number): Promise<{ read: number; found: Promise<never[]> }> {
  let [now, read] = [0, 0]
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  const found = searchInSlices({
    slices: Array.from({ length: slices }, (_, index) => index),
    limit: 1,
    async find(): Promise<never[]> {
      read += 1
      now += msEach
      return []
    },
  })
  await found.catch(() => {})
  return { read, found }
}

test('a search of a million books that finds nothing ends within its time limit', async () => {
  const { read, found } = await searchAll(70, 20)
  expect(await found).toEqual([])
  expect(read).toBe(70)
})

test('a search that takes longer as a whole is refused with advice, however short its statements are', async () => {
  const { read, found } = await searchAll(70, 500)
  await expect(found).rejects.toMatchObject({
    reason: 'STORE_BUSY',
    message: 'This search takes too long. Enter more of what you are looking for, or try again later.',
    retryAfterSeconds: 10,
  })
  expect(read).toBe(11)
})

test('a search that has found enough is not refused, and reads no further slice', async () => {
  let read = 0
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  const found = await searchInSlices({
    slices: [1, 2, 3],
    limit: 2,
    async find(slice, limit) {
      read += 1
      now += 60_000 * (slice - 1)
      return [slice, slice].slice(0, slice === 1 ? 1 : limit)
    },
  })
  expect(found).toEqual([1, 2])
  expect(read).toBe(2)
})

test('other work runs between two slices', async () => {
  let turns = 0
  const seen: number[] = []
  const counting = { active: true }
  const counter = (async () => {
    for (; counting.active; turns += 1) await turn()
  })()
  await searchInSlices({ slices: [1, 2, 3], limit: 1, find: async () => (seen.push(turns), []) })
  counting.active = false
  await counter
  expect(new Set(seen).size).toBe(3)
})
