import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Tx } from './database.ts'
import { openStore } from './open-store.ts'
import { findBook, insertBook } from './queries/books.ts'
import { findUser } from './queries/users.ts'
import { UniqueViolation, type Store } from './store.ts'
import { engines } from './testing/index.ts'
import { addBook, addUser } from './testing/rows.ts'

function setStock(tx: Tx, id: number, quantity: number) {
  return tx.updateTable('books').set({ stock_quantity: quantity }).where('id', '=', id).execute()
}

async function stockOf(store: Store, id: number): Promise<number | undefined> {
  return (await store.read((reader) => findBook(reader, id)))?.stock_quantity
}

const ways: { way: string; write: <T>(store: Store, work: (tx: Tx) => Promise<T>) => Promise<T> }[] = [
  { way: 'write', write: (store, work) => store.write(work) },
  { way: 'writeOnBook shared', write: (store, work) => store.writeOnBook(1, 'shared', work) },
  { way: 'writeOnBook exclusive', write: (store, work) => store.writeOnBook(1, 'exclusive', work) },
]

describe.each(engines)('the store on $name', (engine) => {
  describe.each(ways)('$way', ({ write }) => {
    test('returns the result of its work, and every store sees its rows', async () => {
      await using database = await engine.create()
      await using disposables = new AsyncDisposableStack()
      const other = disposables.adopt(await openStore(database.url), (store) => store.close())
      const id = await write(database.store, (tx) => addBook(tx, { title: 'Solaris' }))
      for (const store of [database.store, other]) {
        expect(await store.read((reader) => findBook(reader, id))).toMatchObject({ id, title: 'Solaris' })
      }
    })

    test('sees its own changes, which are not visible to others before the commit', async () => {
      await using database = await engine.create()
      const { store } = database
      const book = await store.write((tx) => addBook(tx))
      await write(store, async (tx) => {
        await setStock(tx, book, 9)
        expect(await findBook(tx, book)).toMatchObject({ stock_quantity: 9 })
        expect(await stockOf(store, book)).toBe(0)
      })
      expect(await stockOf(store, book)).toBe(9)
    })

    test('rolls back when its work throws, and rethrows the error', async () => {
      await using database = await engine.create()
      const { store } = database
      const book = await store.write((tx) => addBook(tx))
      const fault = new Error('changed my mind')
      const attempt = write(store, async (tx) => {
        await setStock(tx, book, 9)
        await addUser(tx, { email: 'a@example.org' })
        await turn()
        throw fault
      })
      await expect(attempt).rejects.toBe(fault)
      expect(await stockOf(store, book)).toBe(0)
      expect(await store.read((reader) => reader.selectFrom('users').selectAll().execute())).toEqual([])
    })

    test('works after a write that was rejected', async () => {
      await using database = await engine.create()
      const { store } = database
      await expect(write(store, (tx) => addBook(tx, { price_cents: 0 }))).rejects.toThrow(/check constraint/i)
      const book = await write(store, (tx) => addBook(tx))
      expect(await stockOf(store, book)).toBe(0)
    })

    test('rolls back the statements before a rejected one', async () => {
      await using database = await engine.create()
      const { store } = database
      const book = await store.write((tx) => addBook(tx, { isbn: '9780441013593' }))
      const attempt = write(store, async (tx) => {
        await setStock(tx, book, 9)
        await addBook(tx, { isbn: '9780441013593' })
      })
      await expect(attempt).rejects.toThrow(UniqueViolation)
      expect(await stockOf(store, book)).toBe(0)
    })

    test('inside another write is rejected at once, and the outer write is rolled back', async () => {
      await using database = await engine.create()
      const { store } = database
      let begun = false
      const outer = store.write(async (tx) => {
        await addUser(tx, { email: 'a@example.org' })
        await turn()
        await write(store, async () => {
          begun = true
        })
      })
      await expect(outer).rejects.toThrow(/inside another write/)
      expect(begun).toBe(false)
      expect(await store.read((reader) => reader.selectFrom('users').selectAll().execute())).toEqual([])
    })
  })

  test('lets a write read outside its transaction without a deadlock', async () => {
    await using database = await engine.create()
    const { store } = database
    const before = await store.write((tx) => addUser(tx))
    const seen = await store.write(async (tx) => {
      const now = await addUser(tx)
      const found = await store.read(async (reader) => [
        await findUser(reader, before),
        await findUser(reader, now),
      ])
      return found.map((user) => user?.id)
    })
    expect(seen).toEqual([before, undefined])
  })

  test('lets a write begin after another has ended, also from a continuation of that one', async () => {
    await using database = await engine.create()
    const { store } = database
    const first = await store.write((tx) => addUser(tx))
    const second = await store.write(async (tx) => addUser(tx))
    const third = await store.read(async () => second).then(() => store.write((tx) => addUser(tx)))
    expect(new Set([first, second, third]).size).toBe(3)
  })

  test('reports a duplicate row as UniqueViolation with its cause', async () => {
    await using database = await engine.create()
    const { store } = database
    await store.write((tx) => addUser(tx, { email: 'a@example.org' }))
    const error: unknown = await store
      .write((tx) => addUser(tx, { email: 'a@example.org' }))
      .catch((refusal: unknown) => refusal)
    expect(error).toBeInstanceOf(UniqueViolation)
    expect(error).toMatchObject({ name: 'UniqueViolation', cause: expect.any(Error) })
  })

  test('does not change errors that are not about the database', async () => {
    await using database = await engine.create()
    const fault = new TypeError('not about the database')
    await expect(database.store.read(() => Promise.reject(fault))).rejects.toBe(fault)
    await expect(database.store.write(() => Promise.reject(fault))).rejects.toBe(fault)
  })

  test('stores whole numbers exactly up to 2^53 − 1', async () => {
    await using database = await engine.create()
    const { store } = database
    const largest = Number.MAX_SAFE_INTEGER
    const id = await store.write((tx) => addUser(tx, { id: largest, created_at: largest - 1 }))
    expect(id).toBe(largest)
    expect(await store.read((reader) => findUser(reader, largest))).toMatchObject({ created_at: largest - 1 })
  })

  test('stores text of any script unchanged', async () => {
    await using database = await engine.create()
    const { store } = database
    const title = `Zażółć 雪国 \u{1f4d6} 'quoted' "twice" \\ % _ ?1 $1`
    const row = await store.write((tx) =>
      insertBook(tx, {
        title,
        author: 'x',
        isbn: null,
        price_cents: 1,
        description: null,
        stock_quantity: 0,
        search_text: title,
        created_at: 1,
        updated_at: 1,
      }),
    )
    expect(row).toMatchObject({ title, search_text: title })
  })
})
