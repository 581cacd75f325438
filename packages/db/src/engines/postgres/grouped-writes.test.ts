import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import type { Reader, Tx } from '../../database.ts'
import { openStore } from '../../open-store.ts'
import { findBook } from '../../queries/books.ts'
import { insertPrebook } from '../../queries/prebooks.ts'
import { ensureOpenWaitlist, findWaitlist } from '../../queries/waitlists.ts'
import { UniqueViolation, type Store } from '../../store.ts'
import { addBook, addUser } from '../../testing/rows.ts'
import { engines } from '../../testing/index.ts'

const engine = engines.find(({ name }) => name === 'postgres')

async function transactionId(tx: Tx): Promise<string> {
  const { rows } = await sql<{ id: string }>`select pg_current_xact_id()::text as id`.execute(tx)
  return String(rows[0]?.id)
}

/** The books that have an open waitlist. */
async function opened(store: Store): Promise<number[]> {
  const rows = await store.read((reader: Reader) =>
    reader.selectFrom('waitlists').select('book_id').orderBy('book_id').execute(),
  )
  return rows.map(({ book_id }) => book_id)
}

async function waitingCount(store: Store, waitlistId: number): Promise<number | undefined> {
  return (await store.read((reader) => findWaitlist(reader, waitlistId)))?.waiting_count
}

async function addBooks(store: Store, count: number): Promise<number[]> {
  return store.write(async (tx) => {
    const ids = []
    for (let index = 0; index < count; index += 1) ids.push(await addBook(tx))
    return ids
  })
}

describe('writes with shared locks on postgres', () => {
  if (engine === undefined) return

  test('that arrive together share transactions, and each gets its own result', async () => {
    await using database = await engine.create()
    const { store } = database
    const books = await addBooks(store, 50)
    const results = await Promise.all(
      books.map((bookId) =>
        store.writeOnBook(bookId, 'shared', async (tx) => {
          const book = await findBook(tx, bookId)
          await ensureOpenWaitlist(tx, bookId, 1)
          return { id: book?.id, transaction: await transactionId(tx) }
        }),
      ),
    )
    expect(results.map(({ id }) => id)).toEqual(books)
    expect(new Set(results.map(({ transaction }) => transaction)).size).toBeLessThan(5)
    expect(await opened(store)).toEqual(books)
  })

  test('that insert the same row at once insert it once, and only one of them gets it', async () => {
    await using database = await engine.create()
    const { store } = database
    const [bookId = 0] = await addBooks(store, 1)
    const [waitlistId, userIds] = await store.write(async (tx) => [
      await ensureOpenWaitlist(tx, bookId, 1),
      [await addUser(tx), await addUser(tx), await addUser(tx)],
    ])
    const ids = await Promise.all(
      [...userIds, ...userIds].map((userId) =>
        store.writeOnBook(bookId, 'shared', (tx) => insertPrebook(tx, { waitlistId, userId, now: 1 })),
      ),
    )
    const rows = await store.read((reader) =>
      reader
        .selectFrom('prebooks')
        .select('id')
        .where('waitlist_id', '=', waitlistId)
        .orderBy('id')
        .execute(),
    )
    expect(rows).toHaveLength(userIds.length)
    expect(ids.filter((id) => id !== undefined).toSorted((a, b) => a - b)).toEqual(rows.map(({ id }) => id))
    expect(await waitingCount(store, waitlistId)).toBe(userIds.length)
  })

  test('are answered once another connection can see them', async () => {
    await using database = await engine.create()
    await using disposables = new AsyncDisposableStack()
    const other = disposables.adopt(await openStore(database.url), (store) => store.close())
    const books = await addBooks(database.store, 20)
    const seen = await Promise.all(
      books.map(async (bookId) => {
        await database.store.writeOnBook(bookId, 'shared', (tx) => ensureOpenWaitlist(tx, bookId, 1))
        return (await opened(other)).includes(bookId)
      }),
    )
    expect(seen).not.toContain(false)
  })

  test.each(['before it changed anything', 'after a change'])(
    'fail alone: one that throws %s',
    async (when) => {
      await using database = await engine.create()
      const { store } = database
      const books = await addBooks(store, 10)
      const results = await Promise.allSettled(
        books.map((bookId, index) =>
          store.writeOnBook(bookId, 'shared', async (tx) => {
            await findBook(tx, bookId)
            if (index === 3 && when === 'before it changed anything') throw new Error('refused')
            await ensureOpenWaitlist(tx, bookId, 1)
            if (index === 3) throw new Error('refused')
            return index
          }),
        ),
      )
      expect(results[3]).toMatchObject({ status: 'rejected', reason: { message: 'refused' } })
      const others = books.filter((_, index) => index !== 3)
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(others.length)
      expect(await opened(store)).toEqual(others)
    },
  )

  test('fail alone: one whose statement fails, even if it ignores the error', async () => {
    await using database = await engine.create()
    const { store } = database
    const books = await addBooks(store, 10)
    await store.write((tx) => addUser(tx, { email: 'taken@example.com' }))
    const results = await Promise.allSettled(
      books.map((bookId, index) =>
        store.writeOnBook(bookId, 'shared', async (tx) => {
          await ensureOpenWaitlist(tx, bookId, 1)
          if (index === 3) await addUser(tx, { email: 'taken@example.com' }).catch(() => {})
          return index
        }),
      ),
    )
    expect(results[3]).toMatchObject({ status: 'rejected' })
    expect((results[3] as PromiseRejectedResult).reason).toBeInstanceOf(UniqueViolation)
    expect(await opened(store)).toEqual(books.filter((_, index) => index !== 3))
  })

  test('do not wait for the locked book of another write', async () => {
    // So long that a write which waits for the lock does not give up within the test.
    await using database = await engine.create({ lockWaitMs: 600_000 })
    const { store } = database
    const [locked = 0, ...books] = await addBooks(store, 5)
    const holding = Promise.withResolvers<void>()
    const held = Promise.withResolvers<void>()
    const restock = store.writeOnBook(locked, 'exclusive', async (tx) => {
      await findBook(tx, locked)
      held.resolve()
      await holding.promise
    })
    await held.promise
    const ended: number[] = []
    const join = (bookId: number) =>
      store
        .writeOnBook(bookId, 'shared', (tx) => ensureOpenWaitlist(tx, bookId, 1))
        .then(() => ended.push(bookId))
    const waits = join(locked)
    await Promise.all(books.map(join))
    expect(ended).not.toContain(locked)
    holding.resolve()
    await Promise.all([restock, waits])
    expect(await opened(store)).toEqual([locked, ...books])
  })
})

test('a write of a locked book that begins with a change makes it once on postgres', async () => {
  if (engine === undefined) return
  await using database = await engine.create({ lockWaitMs: 600_000 })
  const { store } = database
  const [locked = 0, free = 0] = await addBooks(store, 2)
  const holding = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  const restock = store.writeOnBook(locked, 'exclusive', async (tx) => {
    await findBook(tx, locked)
    held.resolve()
    await holding.promise
  })
  await held.promise
  const added = [locked, free].map((bookId) => store.writeOnBook(bookId, 'shared', (tx) => addUser(tx)))
  await added[1]
  holding.resolve()
  await Promise.all([restock, ...added])
  expect(await store.read((reader) => reader.selectFrom('users').select('id').execute())).toHaveLength(2)
})

test('queries of one moment each get their own rows on postgres', async () => {
  if (engine === undefined) return
  await using database = await engine.create()
  const { store } = database
  const books = await addBooks(store, 30)
  const wanted = [...books, 999_999, ...books.toReversed(), 888_888]
  const found = await Promise.all(wanted.map((bookId) => store.read((reader) => findBook(reader, bookId))))
  expect(found.map((book) => book?.id)).toEqual(wanted.map((id) => (id > 800_000 ? undefined : id)))
  expect(Object.keys(found[0] ?? {})).toEqual(
    Object.keys((await store.read((reader) => findBook(reader, wanted[0] ?? 0))) ?? {}),
  )
})
