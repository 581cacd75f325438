import { sql } from 'kysely'
import type { Store } from '@prebook/db'
import { addCrowd, addSoldOutBooks, addWaiting, type Person, type Shop } from './fill-shop.ts'

/** A shop in which every list is very long. */
export type LongLists = {
  /** Sold-out books, each with the whole crowd waiting for it. */
  crowded: { first: number; last: number }
  /** A sold-out book whose waitlist the whole crowd joined and then cancelled. */
  deserted: number
  /** A reader with prebooks of many books, and last in the queue for the first crowded book and for the deserted one. */
  collector: Person & { prebooks: { first: number; last: number }; inTheCrowd: number; alone: number }
  crowd: { first: number; last: number }
}

const OWN = 10_000

/** Fills a shop: `waiting` readers for each of `books` books, and one reader with prebooks of ten thousand others. */
export async function addLongLists(
  store: Store,
  { readers }: Shop,
  sizes: { waiting: number; books: number },
): Promise<LongLists> {
  const [collector] = readers
  if (collector === undefined) throw new Error('The shop needs at least one reader.')
  const crowd = await addCrowd(store, sizes.waiting)
  const crowded = await addSoldOutBooks(store, sizes.books)
  for (let bookId = crowded.first; bookId <= crowded.last; bookId += 1) await addWaiting(store, bookId, crowd)
  const { first: deserted } = await addSoldOutBooks(store, 1)
  await cancelAll(store, await addWaiting(store, deserted, crowd))
  const collected = await addSoldOutBooks(store, OWN)
  await store.write((tx) =>
    sql`insert into waitlists (book_id, opened_at) select id, 0 from books
      where id between ${sql.lit(collected.first)} and ${sql.lit(collected.last)}`.execute(tx),
  )
  const last = await addOwn(store, collector, collected)
  const inTheCrowd = await addOwn(store, collector, { first: crowded.first, last: crowded.first })
  const alone = await addOwn(store, collector, { first: deserted, last: deserted })
  const prebooks = { first: last - OWN + 1, last }
  return { crowded, deserted, collector: { ...collector, prebooks, inTheCrowd, alone }, crowd }
}

/** Adds a reader to the open waitlists of books. Resolves to the id of the last prebook. */
async function addOwn(store: Store, { id }: Person, books: { first: number; last: number }): Promise<number> {
  return store.write(async (tx) => {
    await sql`insert into prebooks (waitlist_id, user_id, created_at)
      select id, ${sql.lit(id)}, 0 from waitlists
      where book_id between ${sql.lit(books.first)} and ${sql.lit(books.last)} order by id`.execute(tx)
    await sql`update waitlists set waiting_count = waiting_count + 1
      where book_id between ${sql.lit(books.first)} and ${sql.lit(books.last)}`.execute(tx)
    const { last } = await tx
      .selectFrom('prebooks')
      .select((eb) => eb.fn.max('id').as('last'))
      .executeTakeFirstOrThrow()
    return last
  })
}

async function cancelAll(store: Store, waitlistId: number): Promise<void> {
  await store.write((tx) =>
    tx
      .updateTable('prebooks')
      .set({ cancelled_at: 1, cancelled_from: 'waiting' })
      .where('waitlist_id', '=', waitlistId)
      .execute(),
  )
}
