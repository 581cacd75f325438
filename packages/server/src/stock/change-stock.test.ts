import { describe, expect, test } from 'vitest'
import { engines } from '@prebook/db/testing'
import { createTestServer, type Person } from '../testing/server.ts'

async function addBook(admin: Person, stockQuantity = 0): Promise<number> {
  const book = await admin.call.books.create({
    title: 'Solaris',
    author: 'Stanisław Lem',
    priceCents: 1299,
    stockQuantity,
  })
  return book.id
}

describe.each(engines)('changing stock on $name', (engine) => {
  test('a restock notifies everyone waiting at the time of its movement and returns how many', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    const bookId = await addBook(admin)
    const readers = [await server.reader(), await server.reader(), await server.reader()]
    const prebooks = []
    for (const { call } of readers) prebooks.push(await call.prebooks.create({ bookId }))
    await readers[2]?.call.prebooks.cancel({ prebookId: Number(prebooks[2]?.id) })

    const change = await admin.call.stock.set({ bookId, quantity: 5 })

    expect(change).toMatchObject({
      transition: 'restocked',
      movement: { delta: 5, quantityAfter: 5, actorId: admin.id },
      broadcast: { notified: 2, notifiedAt: change.movement?.createdAt },
    })
    for (const { call } of readers.slice(0, 2)) {
      const { items } = await call.prebooks.list({})
      expect(items).toMatchObject([{ status: 'notified', notifiedAt: change.broadcast?.notifiedAt }])
    }
  })

  test('the same key and input return the original response, whatever happened since', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    const bookId = await addBook(admin)
    const reader = await server.reader()
    const prebook = await reader.call.prebooks.create({ bookId })
    const input = { bookId, quantity: 5, note: 'Delivery 7', idempotencyKey: 'delivery-7' }
    const first = await admin.call.stock.set(input)

    await admin.call.stock.set({ bookId, quantity: 1 })
    await admin.call.books.update({ bookId, title: 'Solaris, revised' })
    await reader.call.prebooks.cancel({ prebookId: prebook.id })

    expect(await admin.call.stock.set(input)).toEqual(first)
    expect((await admin.call.books.get({ bookId })).stockQuantity).toBe(1)
    expect((await admin.call.stock.history({ bookId })).items).toHaveLength(2)
  })

  test('a change without effect is remembered too: repeated later, it still has no effect', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    const bookId = await addBook(admin, 5)
    const input = { bookId, quantity: 5, idempotencyKey: 'count-1' }
    const first = await admin.call.stock.set(input)
    expect(first).toMatchObject({ movement: null, transition: 'none', broadcast: null })

    await admin.call.stock.set({ bookId, quantity: 3 })

    expect(await admin.call.stock.set(input)).toEqual(first)
    expect((await admin.call.books.get({ bookId })).stockQuantity).toBe(3)
  })

  test('a key is rejected for another input, and belongs to one admin', async () => {
    await using server = await createTestServer(engine)
    const [admin, other] = [await server.admin(), await server.admin()]
    const [bookId, secondBook] = [await addBook(admin), await addBook(admin)]
    const idempotencyKey = 'k'
    await admin.call.stock.set({ bookId, quantity: 5, idempotencyKey })

    const mismatch = expect.objectContaining({ message: expect.stringContaining('idempotency key') })
    await expect(admin.call.stock.set({ bookId, quantity: 6, idempotencyKey })).rejects.toEqual(mismatch)
    await expect(admin.call.stock.set({ bookId: secondBook, quantity: 5, idempotencyKey })).rejects.toEqual(
      mismatch,
    )
    await expect(admin.call.stock.adjust({ bookId, delta: 5, idempotencyKey })).rejects.toEqual(mismatch)
    await expect(other.call.stock.adjust({ bookId, delta: 5, idempotencyKey })).resolves.toMatchObject({
      movement: { quantityAfter: 10 },
    })
  })

  test('a rejected change is not remembered: its key can be used again', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    const bookId = await addBook(admin)
    const input = { bookId, delta: -1, idempotencyKey: 'sale' }
    await expect(admin.call.stock.adjust(input)).rejects.toThrow('Not enough copies in stock')
    await admin.call.stock.set({ bookId, quantity: 2 })
    await expect(admin.call.stock.adjust(input)).resolves.toMatchObject({ movement: { quantityAfter: 1 } })
  })

  test('ten concurrent adjustments all count, and one key sent ten times concurrently counts once', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    const bookId = await addBook(admin, 1)
    await Promise.all(Array.from({ length: 10 }, () => admin.call.stock.adjust({ bookId, delta: 1 })))
    expect((await admin.call.books.get({ bookId })).stockQuantity).toBe(11)
    const again = { bookId, delta: 1, idempotencyKey: 'once' }
    const answers = await Promise.all(Array.from({ length: 10 }, () => admin.call.stock.adjust(again)))
    expect(new Set(answers.map((answer) => answer.movement?.id)).size).toBe(1)
    expect((await admin.call.books.get({ bookId })).stockQuantity).toBe(12)
  })

  test('an answer that an earlier version stored without the number notified gets it', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    const bookId = await addBook(admin)
    const reader = await server.reader()
    await reader.call.prebooks.create({ bookId })
    const restock = { bookId, quantity: 1, idempotencyKey: 'once' }
    const first = await admin.call.stock.set(restock)
    expect(first.broadcast?.notified).toBe(1)
    const answer = JSON.stringify({ ...first, broadcast: { ...first.broadcast, notified: undefined } })
    await server.services.store.write((tx) => tx.updateTable('stock_requests').set({ answer }).execute())
    expect(await admin.call.stock.set(restock)).toEqual(first)
  })

  test('an answer that an earlier version stored without the later fields of a book gets them', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    const restock = { bookId: await addBook(admin), quantity: 1, idempotencyKey: 'once' }
    const first = await admin.call.stock.set(restock)
    const { currency, withdrawnAt, successorId, expectedOn, expectedPrecision, ...book } = first.book
    expect([currency, withdrawnAt, successorId, expectedOn, expectedPrecision]).toEqual([
      'EUR',
      null,
      null,
      null,
      null,
    ])
    const answer = JSON.stringify({ ...first, book })
    await server.services.store.write((tx) => tx.updateTable('stock_requests').set({ answer }).execute())
    expect(await admin.call.stock.set(restock)).toEqual(first)
  })
})
