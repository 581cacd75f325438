import type { Insertable } from 'kysely'
import { describe, expect, test } from 'vitest'
import type { Database, Tx } from '../database.ts'
import { engines } from '../testing/index.ts'
import { addBook, addClosedWaitlist, addPrebook, addUser, addWaitlist } from '../testing/rows.ts'
import { turnsWhile } from '../testing/event-loop-turns.ts'
import { countWaitlist } from './count-waitlist.ts'
import { COUNT_SLICE_ROWS } from './bounded-count.ts'

type Kind = 'live' | 'left while waiting' | 'left when notified'

const cancellations = {
  live: { cancelled_at: null, cancelled_from: null },
  'left while waiting': { cancelled_at: 5, cancelled_from: 'waiting' },
  'left when notified': { cancelled_at: 9, cancelled_from: 'notified' },
} as const

/** Adds many prebooks in few statements, created at 0, 1, 2 and so on. */
async function addMany(tx: Tx, waitlistId: number, kinds: Kind[]): Promise<void> {
  const chunk = 1_000
  for (let start = 0; start < kinds.length; start += chunk) {
    const part = kinds.slice(start, start + chunk)
    const users = await tx
      .insertInto('users')
      .values(
        part.map((_, index) => ({
          email: `${waitlistId}-${start + index}@example.org`,
          password_hash: 'x',
          role: 'reader' as const,
          created_at: 1,
        })),
      )
      .returning('id')
      .execute()
    const rows: Insertable<Database['prebooks']>[] = part.map((kind, index) => ({
      waitlist_id: waitlistId,
      user_id: users[index]?.id ?? 0,
      created_at: start + index,
      cancelled_at: cancellations[kind].cancelled_at,
      cancelled_from: cancellations[kind].cancelled_from,
    }))
    await tx.insertInto('prebooks').values(rows).execute()
  }
}

describe.each(engines)('counting a waitlist on $name', (engine) => {
  test('counts live and notified prebooks over several slices', async () => {
    await using database = await engine.create()
    const { store } = database
    const kinds = Array.from({ length: 4_500 }, (_, index): Kind => {
      if (index % 5 === 1) return 'left while waiting'
      return index % 5 === 3 ? 'left when notified' : 'live'
    })
    const waitlist = await store.write(async (tx) => {
      const book = await addBook(tx)
      const id = await addClosedWaitlist(tx, book, 7)
      const neighbour = await addWaitlist(tx, { book_id: book })
      await addPrebook(tx, { waitlist_id: neighbour })
      await addMany(tx, id, kinds)
      await addPrebook(tx, { waitlist_id: neighbour })
      return id
    })

    const { result: count, turns } = await turnsWhile(() => countWaitlist(store, waitlist))

    expect(count).toEqual({ live: 2_700, notified: 3_600 })
    // Three slices, with a yield between them.
    expect(turns).toBeGreaterThanOrEqual(2)
  })

  test.each([0, 1, COUNT_SLICE_ROWS - 1, COUNT_SLICE_ROWS, COUNT_SLICE_ROWS + 1, 2 * COUNT_SLICE_ROWS])(
    'is exact with %i prebooks',
    async (size) => {
      await using database = await engine.create()
      const { store } = database
      const waitlist = await store.write(async (tx) => {
        const id = await addWaitlist(tx, { book_id: await addBook(tx) })
        await addMany(
          tx,
          id,
          Array.from({ length: size }, (): Kind => 'live'),
        )
        return id
      })
      const count = await countWaitlist(store, waitlist)
      expect(count).toEqual({ live: size, notified: size })
    },
  )

  test('counts notified readers who cancelled afterwards', async () => {
    await using database = await engine.create()
    const { store } = database
    const { waitlist, user } = await store.write(async (tx) => {
      const id = await addClosedWaitlist(tx, await addBook(tx), 7)
      const user_id = await addUser(tx)
      await addPrebook(tx, { waitlist_id: id, user_id })
      await addPrebook(tx, { waitlist_id: id, cancelled_at: 5, cancelled_from: 'waiting' })
      return { waitlist: id, user: user_id }
    })
    expect(await countWaitlist(store, waitlist)).toMatchObject({ live: 1, notified: 1 })
    await store.write((tx) =>
      tx
        .updateTable('prebooks')
        .set(cancellations['left when notified'])
        .where('user_id', '=', user)
        .execute(),
    )
    expect(await countWaitlist(store, waitlist)).toMatchObject({ live: 0, notified: 1 })
  })
})
