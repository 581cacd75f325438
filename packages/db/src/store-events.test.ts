import { WAIT } from '@prebook/testing/bounds'
import { describe, expect, test, vi } from 'vitest'
import { openStore } from './open-store.ts'
import type { ReceivedEvent, ChangeEvent, Store } from './store.ts'
import { engines } from './testing/index.ts'
import { addBook } from './testing/rows.ts'

const restock: ChangeEvent = { kind: 'stock', bookId: 1, movementId: 2, closedWaitlistId: 3 }
const withdrawal: ChangeEvent = { kind: 'waitlist', waitlistId: 3 }
const person: ChangeEvent = { kind: 'user', userId: 7 }

function listenOn(store: Store): { received: ReceivedEvent[]; stop: () => void } {
  const received: ReceivedEvent[] = []
  return { received, stop: store.listen((event) => received.push(event)) }
}

describe.each(engines)('events on $name', (engine) => {
  test.each([
    {
      way: 'write',
      write: (store: Store, event: ChangeEvent) =>
        store.write(
          async () => event,
          (result) => result,
        ),
    },
    {
      way: 'writeOnBook',
      write: (store: Store, event: ChangeEvent) =>
        store.writeOnBook(
          1,
          'exclusive',
          async () => event,
          (result) => result,
        ),
    },
  ])('are received once after the commit of $way', async ({ write }) => {
    await using database = await engine.create()
    const { received } = listenOn(database.store)
    await write(database.store, restock)
    await write(database.store, withdrawal)
    await write(database.store, person)
    expect(received).toEqual([restock, withdrawal, person])
  })

  test('arrive after the change is committed', async () => {
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

  test('are not sent for a write that fails or has no event', async () => {
    await using database = await engine.create()
    const { store } = database
    const { received } = listenOn(store)
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
    expect(received).toEqual([])
  })

  test('are not received after unsubscribing', async () => {
    await using database = await engine.create()
    const { store } = database
    const [gone, stays] = [listenOn(store), listenOn(store)]
    gone.stop()
    await store.write(
      async () => 1,
      () => person,
    )
    expect([gone.received, stays.received]).toEqual([[], [person]])
  })
})

describe.each(engines.filter(({ name }) => name === 'postgres'))(
  'events between processes on $name',
  (engine) => {
    test('arrive at every other store of the database, and once at the sending store', async () => {
      await using database = await engine.create()
      await using disposables = new AsyncDisposableStack()
      const other = disposables.adopt(await openStore(database.url), (store) => store.close())
      const [here, there] = [listenOn(database.store), listenOn(other)]
      // The first listener has to connect. Until then events are lost, so send them repeatedly.
      await vi.waitFor(async () => {
        await database.store.write(
          async () => 1,
          () => restock,
        )
        expect(there.received).toContainEqual(restock)
      }, WAIT)
      await other.write(
        async () => 1,
        () => person,
      )
      await other.write(
        async () => 1,
        () => withdrawal,
      )
      await vi.waitFor(
        () => expect(here.received).toEqual(expect.arrayContaining([person, withdrawal])),
        WAIT,
      )
      expect(there.received.filter(({ kind }) => kind === 'user')).toEqual([person])
    })

    test('that a broken connection may have lost are reported as missed, and later events arrive', async () => {
      await using database = await engine.create()
      await using disposables = new AsyncDisposableStack()
      const other = disposables.adopt(await openStore(database.url), (store) => store.close())
      const { received } = listenOn(other)
      const send = () =>
        database.store.write(
          async () => 1,
          () => restock,
        )
      await vi.waitFor(async () => {
        await send()
        expect(received).toContainEqual(restock)
      }, WAIT)
      await engine.cutConnections?.(database.url)
      await vi.waitFor(() => expect(received).toContainEqual({ kind: 'missed' }), WAIT)
      received.length = 0
      await vi.waitFor(async () => {
        await send()
        expect(received).toContainEqual(restock)
      }, WAIT)
    })
  },
)
