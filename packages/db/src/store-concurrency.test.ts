import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Tx } from './database.ts'
import { openStore } from './open-store.ts'
import { findBook } from './queries/books.ts'
import type { Store } from './store.ts'
import { engines, type TestDatabase } from './testing/index.ts'
import { addBook, addUser } from './testing/rows.ts'

/** Reads, yields, then writes. An update is lost if another write came between. */
async function countUp(tx: Tx, id: number): Promise<void> {
  const book = await findBook(tx, id)
  await turn()
  await tx
    .updateTable('books')
    .set({ stock_quantity: (book?.stock_quantity ?? Number.NaN) + 1 })
    .where('id', '=', id)
    .execute()
}

// A slow disk must not fail these tests.
const patient = { lockWaitMs: 25_000 }

async function secondStore(database: TestDatabase, disposables: AsyncDisposableStack): Promise<Store> {
  return disposables.adopt(await openStore(database.url, patient), (store) => store.close())
}

describe.each(engines)('concurrent writes on $name', (engine) => {
  test('through two stores run one after another: fifty increments give fifty, each run once', async () => {
    await using database = await engine.create(patient)
    await using disposables = new AsyncDisposableStack()
    const other = await secondStore(database, disposables)
    const book = await database.store.write((tx) => addBook(tx))
    let runs = 0
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (index % 2 === 0 ? database.store : other).writeOnBook(book, 'exclusive', async (tx) => {
          runs += 1
          await countUp(tx, book)
        }),
      ),
    )
    const counted = await other.read((reader) => findBook(reader, book))
    expect(counted?.stock_quantity).toBe(50)
    expect(runs).toBe(50)
  })

  test('on several books, named in any order, do not deadlock: each runs once', async () => {
    await using database = await engine.create(patient)
    await using disposables = new AsyncDisposableStack()
    const other = await secondStore(database, disposables)
    const books = await database.store.write(async (tx) => {
      const ids: number[] = []
      while (ids.length < 30) ids.push(await addBook(tx))
      return ids
    })
    let runs = 0
    const count = async (tx: Tx) => {
      runs += 1
      for (const book of books.slice(0, 2)) await countUp(tx, book)
    }
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        index % 2 === 0
          ? database.store.writeOnBooks(books, 'exclusive', count)
          : other.writeOnBooks(books.toReversed(), 'exclusive', count),
      ),
    )
    const counted = await Promise.all(
      books.slice(0, 3).map((book) => database.store.read((reader) => findBook(reader, book))),
    )
    expect(counted.map((book) => book?.stock_quantity)).toEqual([60, 60, 0])
    // A deadlock would be resolved by running one of the writes again.
    expect(runs).toBe(60)
  })

  test('that fail do not affect those that succeed', async () => {
    await using database = await engine.create(patient)
    const { store } = database
    const book = await store.write((tx) => addBook(tx))
    const results = await Promise.allSettled(
      Array.from({ length: 30 }, (_, index) =>
        store.writeOnBook(book, 'exclusive', async (tx) => {
          await countUp(tx, book)
          if (index % 3 === 0) throw new Error('changed my mind')
        }),
      ),
    )
    expect(results.filter((result) => result.status === 'rejected')).toHaveLength(10)
    const counted = await store.read((reader) => findBook(reader, book))
    expect(counted?.stock_quantity).toBe(20)
  })

  test('do not block reads, which see each write completely or not at all', async () => {
    await using database = await engine.create(patient)
    const { store } = database
    const [left, right] = await store.write(async (tx) => [await addBook(tx), await addBook(tx)])
    const seen: (number | undefined)[][] = []
    const done = new AbortController()
    const reading = (async () => {
      while (!done.signal.aborted) {
        const rows = await store.read((reader) =>
          reader.selectFrom('books').select('stock_quantity').orderBy('id').execute(),
        )
        seen.push(rows.map((row) => row.stock_quantity))
        await turn()
      }
    })()
    // Continue until there were enough reads as well as writes.
    for (let round = 0; round < 20 || seen.length <= 20; round += 1) {
      await store.write(async (tx) => {
        await countUp(tx, left ?? 0)
        await countUp(tx, right ?? 0)
      })
    }
    done.abort()
    await reading
    expect(seen.filter(([first, second]) => first !== second)).toEqual([])
  })

  test('of the same row succeed once, and the others are rejected', async () => {
    await using database = await engine.create(patient)
    await using disposables = new AsyncDisposableStack()
    const other = await secondStore(database, disposables)
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 === 0 ? database.store : other).write((tx) => addUser(tx, { email: 'a@example.org' })),
      ),
    )
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    const users = await other.read((reader) => reader.selectFrom('users').select('email').execute())
    expect(users).toEqual([{ email: 'a@example.org' }])
  })
})

describe.each(engines)('closing the store on $name', (engine) => {
  test('waits for a running write and commits it', async () => {
    await using database = await engine.create()
    await using disposables = new AsyncDisposableStack()
    const entered = Promise.withResolvers<void>()
    const released = Promise.withResolvers<void>()
    const writing = database.store.write(async (tx) => {
      await addUser(tx, { email: 'first@example.org' })
      entered.resolve()
      await released.promise
      return addUser(tx, { email: 'last@example.org' })
    })
    await entered.promise
    const closing = database.store.close()
    await turn()
    released.resolve()
    await expect(writing).resolves.toBeGreaterThan(0)
    await closing
    const other = await secondStore(database, disposables)
    const users = await other.read((reader) => reader.selectFrom('users').select('email').execute())
    expect(users).toEqual([{ email: 'first@example.org' }, { email: 'last@example.org' }])
  })

  test('waits for queued writes and for a running read', async () => {
    await using database = await engine.create()
    const { store } = database
    const released = Promise.withResolvers<void>()
    const reading = store.read(async (reader) => {
      await released.promise
      return reader.selectFrom('users').selectAll().execute()
    })
    const writing = Promise.all(Array.from({ length: 5 }, () => store.write((tx) => addUser(tx))))
    const closing = store.close()
    await turn()
    released.resolve()
    await expect(writing).resolves.toHaveLength(5)
    // How many of the concurrent writes the read sees depends on the engine. It must finish on both.
    await expect(reading).resolves.toBeInstanceOf(Array)
    await closing
  })

  test('waits for writes that begin while it waits', async () => {
    await using database = await engine.create()
    const { store } = database
    const released = Promise.withResolvers<void>()
    const first = store.write(async (tx) => {
      await released.promise
      return addUser(tx)
    })
    const closing = store.close()
    await turn()
    const second = store.write(async (tx) => {
      await turn()
      return addUser(tx)
    })
    released.resolve()
    expect(new Set(await Promise.all([first, second])).size).toBe(2)
    await closing
  })

  test('more than once is allowed, and afterwards reads and writes fail', async () => {
    await using database = await engine.create()
    const { store } = database
    await Promise.all([store.close(), store.close()])
    await store.close()
    await expect(store.write((tx) => addUser(tx))).rejects.toThrow(/destroyed|not open|after calling end/)
    await expect(store.read((reader) => reader.selectFrom('users').selectAll().execute())).rejects.toThrow(
      /destroyed|not open|after calling end/,
    )
  })
})
