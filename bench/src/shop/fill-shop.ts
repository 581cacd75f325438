import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Store, Tx } from '@prebook/db'

/** An account with the token of a session. */
export type Person = { id: number; token: string }

/** The content of a filled database. Books are sold out, and their ids are consecutive. */
export type Shop = { readers: Person[]; admin: Person; books: { first: number; last: number } }

const CHUNK = 1_000

/** Rows of a statement that writes many: in one statement, millions would take longer than a statement may. */
const SLICE = 100_000

/** Writes readers with sessions, an admin and sold-out books directly into the tables: registering takes 20 ms each. */
export async function fillShop(store: Store, sizes: { readers: number; books: number }): Promise<Shop> {
  const books = await addSoldOutBooks(store, sizes.books)
  const [admin] = await addPeople(store, 'admin', 1)
  if (admin === undefined) throw new Error('The admin is missing.')
  return { readers: await addPeople(store, 'reader', sizes.readers), admin, books }
}

/** Adds sold-out books. Resolves to the first and the last id. */
export async function addSoldOutBooks(store: Store, count: number): Promise<Shop['books']> {
  return store.write(async (tx) => {
    await sql`${numbers(count)}
      insert into books (title, author, price_cents, stock_quantity, search_text, created_at, updated_at)
      select 'Book ' || n, 'Bench', 1, 0, 'book ' || n, 0, 0 from numbers`.execute(tx)
    const { last } = await tx
      .selectFrom('books')
      .select((eb) => eb.fn.max('id').as('last'))
      .executeTakeFirstOrThrow()
    return { first: last - count + 1, last }
  })
}

/** Adds readers without a session, or guests. Their addresses begin with `name`. Resolves to the first and the last id. */
export async function addCrowd(
  store: Store,
  count: number,
  { name = 'crowd', guests = false } = {},
): Promise<{ first: number; last: number }> {
  for (let start = 0; start < count; start += SLICE) {
    await store.write((tx) =>
      sql`${numbers(Math.min(SLICE, count - start))} insert into users (email, password_hash, role, created_at, verified_at)
        select ${sql.lit(name)} || (n + ${sql.lit(start)}) || '@bench.example', ${guests ? null : 'none'}, 'reader', 0, 0 from numbers`.execute(
        tx,
      ),
    )
  }
  const { last } = await store.read((reader) =>
    reader
      .selectFrom('users')
      .select((eb) => eb.fn.max('id').as('last'))
      .executeTakeFirstOrThrow(),
  )
  return { first: last - count + 1, last }
}

/** Opens the waitlist of a book, and adds users with consecutive ids to it. Resolves to the id of the waitlist. */
export async function addWaiting(
  store: Store,
  bookId: number,
  people: { first: number; last: number },
): Promise<number> {
  const { id } = await store.write((tx) =>
    tx
      .insertInto('waitlists')
      .values({ book_id: bookId, opened_at: 0 })
      .returning('id')
      .executeTakeFirstOrThrow(),
  )
  for (let first = people.first; first <= people.last; first += SLICE) {
    const last = Math.min(first + SLICE - 1, people.last)
    await store.write((tx) =>
      sql`insert into prebooks (waitlist_id, user_id, created_at)
        select ${sql.lit(id)}, id, 0 from users
        where id between ${sql.lit(first)} and ${sql.lit(last)} order by id`.execute(tx),
    )
  }
  await store.write((tx) => recountWaiting(tx, id))
  return id
}

/** Counts who waits, after rows were inserted without the service. */
export async function recountWaiting(tx: Tx, waitlistId: number): Promise<void> {
  await sql`update waitlists set waiting_count = (select count(*) from prebooks where waitlist_id = waitlists.id)
    where id = ${waitlistId}`.execute(tx)
}

/** Updates the table statistics, as PostgreSQL's autovacuum does after a while. */
export async function settleStatistics(store: Store): Promise<void> {
  if (store.engine === 'postgres') await store.write((tx) => sql`analyze`.execute(tx))
}

async function addPeople(store: Store, role: 'reader' | 'admin', count: number): Promise<Person[]> {
  const people: Person[] = []
  const tokens = Array.from({ length: count }, (_, index) => `bench-${role}-${index}`)
  for (let start = 0; start < count; start += CHUNK) {
    const chunk = tokens.slice(start, start + CHUNK)
    const rows = await store.write(async (tx) => {
      const users = await tx
        .insertInto('users')
        .values(
          chunk.map((token) => ({
            email: `${token}@bench.example`,
            password_hash: 'none',
            role,
            created_at: 0,
            verified_at: 0,
          })),
        )
        .returning('id')
        .execute()
      const now = Date.now()
      await tx
        .insertInto('sessions')
        .values(
          users.map(({ id }, index) => ({
            id: createHash('sha256').update(String(chunk[index])).digest('hex'),
            user_id: id,
            created_at: now,
            expires_at: now + 14 * 86_400_000,
            public_id: 1,
          })),
        )
        .execute()
      return users
    })
    rows.forEach(({ id }, index) => people.push({ id, token: String(chunk[index]) }))
  }
  return people
}

/** The numbers from 1 to `count` as a table, on either engine. */
function numbers(count: number) {
  return sql`with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${sql.lit(count)})`
}
