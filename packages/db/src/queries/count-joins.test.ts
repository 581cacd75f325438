import { describe, expect, test } from 'vitest'
import { engines } from '../testing/index.ts'
import { addBook, addPrebook, addUser, addWaitlist } from '../testing/rows.ts'
import { turnsWhile } from '../testing/event-loop-turns.ts'
import { countJoins } from './count-joins.ts'
import { COUNT_SLICE_ROWS } from './bounded-count.ts'

const DAY_MS = 86_400_000
const now = 1_000 * DAY_MS + 7
const ago = (days: number) => now - days * DAY_MS

describe.each(engines)('counting joins by day on $name', (engine) => {
  test('assigns each waiting reader to a day, to the millisecond, even with clock skew', async () => {
    await using database = await engine.create()
    const { store } = database
    const waitlist = await store.write(async (tx) => {
      const book_id = await addBook(tx)
      const waitlist_id = await addWaitlist(tx, { book_id })
      const neighbour = await addWaitlist(tx, { book_id: await addBook(tx) })
      await addPrebook(tx, { waitlist_id: neighbour, created_at: ago(1) })
      // Before the first day, then the first and last milliseconds of each day, and a time in the future.
      const times = [ago(9), ago(3) - 1, ago(3), ago(2) - 1, ago(2), ago(1), now, now + 5 * DAY_MS]
      for (const created_at of times) await addPrebook(tx, { waitlist_id, created_at })
      const left = { cancelled_at: now, cancelled_from: 'waiting' } as const
      await addPrebook(tx, { waitlist_id, created_at: ago(1), ...left })
      return waitlist_id
    })
    expect(await countJoins(store, waitlist, { now, days: 3 })).toEqual([2, 1, 3])
    expect(await countJoins(store, waitlist, { now, days: 1 })).toEqual([3])
    // Later than the beginning of the first day, to the millisecond.
    expect(await countJoins(store, waitlist, { now, days: 3, from: ago(2) - 1 })).toEqual([1, 1, 3])
    expect(await countJoins(store, waitlist, { now, days: 3, from: ago(2) })).toEqual([0, 1, 3])
    expect(await countJoins(store, waitlist, { now, days: 3, from: ago(4) })).toEqual([2, 1, 3])
  })

  test.each([0, COUNT_SLICE_ROWS - 1, COUNT_SLICE_ROWS, COUNT_SLICE_ROWS + 1])(
    'is exact with %i prebooks, and yields between slices',
    async (size) => {
      await using database = await engine.create()
      const { store } = database
      const waitlist = await store.write(async (tx) => {
        const waitlist_id = await addWaitlist(tx, { book_id: await addBook(tx) })
        const user_id = await addUser(tx)
        // All but the last are cancelled, so that one account is enough for all rows.
        const rows = Array.from({ length: size }, (_, index) => ({
          waitlist_id,
          user_id,
          created_at: ago(2 - (index % 2)),
          ...(index < size - 1 ? ({ cancelled_at: now, cancelled_from: 'waiting' } as const) : {}),
        }))
        for (let start = 0; start < size; start += 500) {
          await tx
            .insertInto('prebooks')
            .values(rows.slice(start, start + 500))
            .execute()
        }
        return waitlist_id
      })
      const last = size === 0 ? [0, 0] : size % 2 === 1 ? [1, 0] : [0, 1]
      const { result, turns } = await turnsWhile(() => countJoins(store, waitlist, { now, days: 2 }))
      expect(result).toEqual(last)
      expect(turns).toBeGreaterThanOrEqual(Math.floor(size / COUNT_SLICE_ROWS))
    },
  )
})
