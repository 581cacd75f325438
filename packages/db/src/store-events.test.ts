import { WAIT } from '@prebook/testing/bounds'
import { describe, expect, test, vi } from 'vitest'
import { openStore } from './open-store.ts'
import type { ReceivedEvent, ChangeEvent, Store } from './store.ts'
import { engines } from './testing/index.ts'
import { addBook } from './testing/rows.ts'

const restock: ChangeEvent = { kind: 'stock', bookId: 1, movementId: 2, closedWaitlistId: 3 }
const person: ChangeEvent = { kind: 'user', userId: 7 }

function hearOn(store: Store): { heard: ReceivedEvent[]; stop: () => void } {
  const heard: ReceivedEvent[] = []
  return { heard, stop: store.listen((news) => heard.push(news)) }
}

describe.each(engines)('news on $name', (engine) => {
  test.each([
    {
      way: 'write',
      write: (store: Store, news: ChangeEvent) =>
        store.write(
          async () => news,
          (told) => told,
        ),
    },
    {
      way: 'writeOnBook',
      write: (store: Store, news: ChangeEvent) =>
        store.writeOnBook(
          1,
          'exclusive',
          async () => news,
          (told) => told,
        ),
    },
  ])('are heard once after the commit of $way', async ({ write }) => {
    await using database = await engine.create()
    const { heard } = hearOn(database.store)
    await write(database.store, restock)
    await write(database.store, person)
    expect(heard).toEqual([restock, person])
  })

  test('tell of what is committed already', async () => {
    await using database = await engine.create()
    const { store } = database
    let found: Promise<unknown[]> = Promise.resolve([])
    store.listen(() => {
      found = store.read((reader) => reader.selectFrom('books').select('id').execute())
    })
    const id = await store.write(
      (tx) => addBook(tx),
      () => person,
    )
    expect(await found).toEqual([{ id }])
  })

  test('of a write that fails, or has nothing to tell, are not heard', async () => {
    await using database = await engine.create()
    const { store } = database
    const { heard } = hearOn(store)
    const failing = store.write(
      async () => {
        throw new Error('no')
      },
      () => person,
    )
    await expect(failing).rejects.toThrow('no')
    await store.write(
      async () => 1,
      () => null,
    )
    await store.write(async () => 1)
    expect(heard).toEqual([])
  })

  test('are not heard by whoever has stopped', async () => {
    await using database = await engine.create()
    const { store } = database
    const [gone, stays] = [hearOn(store), hearOn(store)]
    gone.stop()
    await store.write(
      async () => 1,
      () => person,
    )
    expect([gone.heard, stays.heard]).toEqual([[], [person]])
  })
})

describe.each(engines.filter(({ name }) => name === 'postgres'))(
  'news between processes on $name',
  (engine) => {
    test('arrive at every other store on the database, and once at one’s own', async () => {
      await using database = await engine.create()
      await using disposables = new AsyncDisposableStack()
      const other = disposables.adopt(await openStore(database.url), (store) => store.close())
      const [here, there] = [hearOn(database.store), hearOn(other)]
      // Who listens first connects; until then nothing arrives, so it is told again and again.
      await vi.waitFor(async () => {
        await database.store.write(
          async () => 1,
          () => restock,
        )
        expect(there.heard).toContainEqual(restock)
      }, WAIT)
      await other.write(
        async () => 1,
        () => person,
      )
      await vi.waitFor(() => expect(here.heard).toContainEqual(person), WAIT)
      expect(there.heard.filter(({ kind }) => kind === 'user')).toEqual([person])
    })

    test('that a broken connection may have lost are made known, and later ones arrive again', async () => {
      await using database = await engine.create()
      await using disposables = new AsyncDisposableStack()
      const other = disposables.adopt(await openStore(database.url), (store) => store.close())
      const { heard } = hearOn(other)
      const tell = () =>
        database.store.write(
          async () => 1,
          () => restock,
        )
      await vi.waitFor(async () => {
        await tell()
        expect(heard).toContainEqual(restock)
      }, WAIT)
      await engine.cutConnections?.(database.url)
      await vi.waitFor(() => expect(heard).toContainEqual({ kind: 'missed' }), WAIT)
      heard.length = 0
      await vi.waitFor(async () => {
        await tell()
        expect(heard).toContainEqual(restock)
      }, WAIT)
    })
  },
)
