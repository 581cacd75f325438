import { describe, expect, test } from 'vitest'
import { engines } from '@prebook/db/testing'
import { createTestServer, type Person, type TestServer } from '../testing/server.ts'

async function addBook(admin: Person, stockQuantity = 0): Promise<number> {
  const { id } = await admin.call.books.create({
    title: 'Dune',
    author: 'Frank Herbert',
    priceCents: 999,
    stockQuantity,
  })
  return id
}

/** Adds many readers to the open waitlist of a book. */
async function addReaders(server: TestServer, bookId: number, size: number): Promise<void> {
  await server.services.store.write(async (tx) => {
    const { id: waitlist_id } = await tx
      .selectFrom('waitlists')
      .select('id')
      .where('book_id', '=', bookId)
      .executeTakeFirstOrThrow()
    const people = Array.from({ length: size }, (_, number) => ({
      email: `crowd-${number}@readers.example`,
      password_hash: 'x',
      role: 'reader' as const,
      created_at: 1,
    }))
    const ids = await tx.insertInto('users').values(people).returning('id').execute()
    const rows = ids.map(({ id: user_id }) => ({ waitlist_id, user_id, created_at: 1 }))
    await tx.insertInto('prebooks').values(rows).execute()
    await tx
      .updateTable('waitlists')
      .set((eb) => ({ waiting_count: eb('waiting_count', '+', size) }))
      .where('id', '=', waitlist_id)
      .execute()
  })
}

describe.each(engines)('the waitlist of a book on $name', (engine) => {
  test('shows everyone the number waiting, and each reader only their own position', async () => {
    await using server = await createTestServer(engine)
    const [admin, ada, bob] = [await server.admin(), await server.reader(), await server.reader()]
    const [bookId, other] = [await addBook(admin), await addBook(admin)]
    const empty = { bookId, inStock: false, waiting: 0, mine: null }
    expect(await server.as().books.waitlist({ bookId })).toEqual(empty)

    const first = await ada.call.prebooks.create({ bookId })
    const second = await bob.call.prebooks.create({ bookId })
    await bob.call.prebooks.create({ bookId: other })
    expect(await server.as().books.waitlist({ bookId })).toEqual({ ...empty, waiting: 2 })
    expect(await admin.call.books.waitlist({ bookId })).toEqual({ ...empty, waiting: 2 })
    expect(await bob.call.books.waitlist({ bookId })).toEqual({
      ...empty,
      waiting: 2,
      mine: { ...second, queuePosition: 2 },
    })

    await ada.call.prebooks.cancel({ prebookId: first.id })
    expect(await ada.call.books.waitlist({ bookId })).toEqual({ ...empty, waiting: 1 })
    expect((await bob.call.books.waitlist({ bookId })).mine).toEqual({ ...second, queuePosition: 1 })
  })

  test('is empty after a restock and starts over when the book sells out again', async () => {
    await using server = await createTestServer(engine)
    const [admin, ada] = [await server.admin(), await server.reader()]
    const bookId = await addBook(admin)
    await ada.call.prebooks.create({ bookId })
    await admin.call.stock.set({ bookId, quantity: 2 })
    const empty = { bookId, waiting: 0, mine: null }
    expect(await ada.call.books.waitlist({ bookId })).toEqual({ ...empty, inStock: true })
    await admin.call.stock.set({ bookId, quantity: 0 })
    expect(await ada.call.books.waitlist({ bookId })).toEqual({ ...empty, inStock: false })
  })

  test.each([
    [999, 1_000, 1_000],
    [1_000, '1000+', '1000+'],
  ])(
    'with %i readers ahead of the last, shows %s waiting and position %s to the last',
    async (ahead, waiting, position) => {
      await using server = await createTestServer(engine)
      const [admin, ada] = [await server.admin(), await server.reader()]
      const bookId = await addBook(admin)
      const { id: prebookId } = await admin.call.prebooks.create({ bookId })
      await addReaders(server, bookId, ahead)
      await admin.call.prebooks.cancel({ prebookId })
      await ada.call.prebooks.create({ bookId })
      const waitlist = await ada.call.books.waitlist({ bookId })
      expect([waitlist.waiting, waitlist.mine?.queuePosition]).toEqual([waiting, position])
    },
  )

  test('shows no position to a deactivated account, and rejects an unknown book', async () => {
    await using server = await createTestServer(engine)
    const [admin, ada] = [await server.admin(), await server.reader()]
    const bookId = await addBook(admin)
    await ada.call.prebooks.create({ bookId })
    await admin.call.users.deactivate({ userId: ada.id })
    expect(await ada.call.books.waitlist({ bookId })).toMatchObject({ waiting: 1, mine: null })
    await expect(server.as().books.waitlist({ bookId: 999 })).rejects.toThrow('Book not found')
  })
})
