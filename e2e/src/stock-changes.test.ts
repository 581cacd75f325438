import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startShop, type Person, type Shop } from './testing/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

/** Adds a book that is out of stock, with waiting readers. */
async function addWantedBook(waiting: number) {
  const book = await shop.addBook(0)
  const readers = await shop.signUpMany(waiting)
  const prebooks = await Promise.all(
    readers.map((reader) => reader.client.prebooks.create.mutate({ bookId: book.id })),
  )
  return { bookId: book.id, readers, prebooks }
}

const historyOf = async (bookId: number) => (await shop.admin.client.stock.history.query({ bookId })).items
const stockOf = async (bookId: number) => (await shop.admin.client.books.get.query({ bookId })).stockQuantity

describe('a stock change', () => {
  test('returns its transition', async () => {
    const { stock } = shop.admin.client
    const { id: bookId } = await shop.addBook(0)

    const steps = []
    for (const quantity of [0, 5, 10, 10, 3, 0]) {
      const { transition, movement } = await stock.set.mutate({ bookId, quantity })
      steps.push([transition, movement?.delta ?? null, movement?.quantityAfter ?? null])
    }

    expect(steps).toEqual([
      ['none', null, null],
      ['restocked', 5, 5],
      ['changed', 5, 10],
      ['none', null, null],
      ['changed', -7, 3],
      ['sold-out', -3, 0],
    ])
  })

  test('returns the broadcast of a restock: waitlist, time and number of readers', async () => {
    const { bookId, readers } = await addWantedBook(3)
    const { demand } = await shop.admin.client.demand.waitlist.query({ bookId })

    const { broadcast, movement } = await shop.admin.client.stock.set.mutate({ bookId, quantity: 2 })

    expect(broadcast).toStrictEqual({
      waitlistId: demand.waitlistId,
      notifiedAt: expect.any(String),
      notified: 3,
    })
    expect(movement?.createdAt).toBe(broadcast?.notifiedAt)
    const [entry] = (await (readers[0] as Person).client.prebooks.list.query({})).items
    expect(entry).toMatchObject({ status: 'notified', notifiedAt: broadcast?.notifiedAt })
  })

  test('has no broadcast without a waitlist or a restock', async () => {
    const { stock } = shop.admin.client
    const { id: bookId } = await shop.addBook(0)

    for (const quantity of [1, 2, 0]) {
      expect((await stock.set.mutate({ bookId, quantity })).broadcast).toBeNull()
    }
  })

  test('closes a waitlist on which every prebook is cancelled, and notifies no reader', async () => {
    const { bookId, readers, prebooks } = await addWantedBook(2)
    for (const [index, reader] of readers.entries()) {
      await reader.client.prebooks.cancel.mutate({ prebookId: Number(prebooks[index]?.id) })
    }

    const { broadcast } = await shop.admin.client.stock.set.mutate({ bookId, quantity: 1 })

    expect(broadcast).toMatchObject({ waitlistId: expect.any(Number), notified: 0 })
  })

  test('can be relative: copies added or removed', async () => {
    const { stock } = shop.admin.client
    const { bookId } = await addWantedBook(1)

    const up = await stock.adjust.mutate({ bookId, delta: 4, note: 'A box of four' })
    const down = await stock.adjust.mutate({ bookId, delta: -4 })
    const none = await stock.adjust.mutate({ bookId, delta: 0 })

    expect(up).toMatchObject({
      book: { stockQuantity: 4, inStock: true },
      movement: { bookId, delta: 4, quantityAfter: 4, actorId: shop.admin.id, note: 'A box of four' },
      transition: 'restocked',
      broadcast: { notified: 1 },
    })
    expect(down).toMatchObject({ book: { stockQuantity: 0 }, transition: 'sold-out', broadcast: null })
    expect(none).toMatchObject({
      book: { stockQuantity: 0 },
      movement: null,
      transition: 'none',
      broadcast: null,
    })
  })

  test('adds up with other concurrent changes', async () => {
    const { stock } = shop.admin.client
    const { id: bookId } = await shop.addBook(0)

    await Promise.all(Array.from({ length: 40 }, (_, n) => stock.adjust.mutate({ bookId, delta: n + 1 })))

    expect(await stockOf(bookId)).toBe((40 * 41) / 2)
    expect(await historyOf(bookId)).toHaveLength(40)
  })

  test('is refused when it would make the stock negative, and nothing changes', async () => {
    const { id: bookId } = await shop.addBook(3)

    await expect(shop.admin.client.stock.adjust.mutate({ bookId, delta: -4 })).rejects.toMatchObject({
      data: { reason: 'STOCK_NEGATIVE', httpStatus: 409, field: 'delta' },
    })
    expect(await stockOf(bookId)).toBe(3)
    expect(await historyOf(bookId)).toHaveLength(1)
  })

  test('is refused when the stock differs from the expected quantity, and nothing changes', async () => {
    const { stock } = shop.admin.client
    const { bookId, readers } = await addWantedBook(1)

    await expect(stock.set.mutate({ bookId, quantity: 5, expectedQuantity: 2 })).rejects.toMatchObject({
      message: 'The stock has changed: expected 2, found 0. Check the current stock and try again.',
      data: { reason: 'STOCK_CONFLICT', httpStatus: 409, field: 'expectedQuantity' },
    })
    await expect(stock.adjust.mutate({ bookId, delta: 1, expectedQuantity: 2 })).rejects.toMatchObject({
      data: { reason: 'STOCK_CONFLICT' },
    })
    const [entry] = (await (readers[0] as Person).client.prebooks.list.query({})).items
    expect(entry?.status).toBe('waiting')
    expect(await stock.set.mutate({ bookId, quantity: 5, expectedQuantity: 0 })).toMatchObject({
      transition: 'restocked',
    })
  })
})

describe('a preview', () => {
  test('returns the effect and the number of readers, and changes nothing', async () => {
    const { stock } = shop.admin.client
    const { bookId, readers, prebooks } = await addWantedBook(3)
    await (readers[0] as Person).client.prebooks.cancel.mutate({ prebookId: Number(prebooks[0]?.id) })
    const book = await shop.admin.client.books.get.query({ bookId })

    const preview = await stock.preview.query({ bookId, quantity: 6 })

    expect(preview).toStrictEqual({ book, quantityAfter: 6, transition: 'restocked', wouldNotify: 2 })
    expect(await stock.preview.query({ bookId, delta: 6 })).toEqual(preview)
    expect(await stock.preview.query({ bookId, quantity: 0 })).toMatchObject({
      transition: 'none',
      wouldNotify: 0,
    })
    expect(await stockOf(bookId)).toBe(0)
    expect((await stock.set.mutate({ bookId, quantity: 6 })).broadcast?.notified).toBe(2)
    expect(await stock.preview.query({ bookId, delta: -6 })).toMatchObject({
      transition: 'sold-out',
      wouldNotify: 0,
    })
    await expect(stock.preview.query({ bookId, delta: -7 })).rejects.toMatchObject({
      data: { reason: 'STOCK_NEGATIVE' },
    })
  })
})

describe('the stock history', () => {
  test('lists every movement newest first, with its author and broadcast', async () => {
    const { stock } = shop.admin.client
    const { bookId } = await addWantedBook(2)
    const restock = await stock.set.mutate({ bookId, quantity: 2, note: 'Reprint' })
    await stock.set.mutate({ bookId, quantity: 2 })
    await stock.adjust.mutate({ bookId, delta: -2 })

    const { items, nextCursor } = await stock.history.query({ bookId })

    expect(nextCursor).toBeNull()
    expect(items).toMatchObject([
      { delta: -2, quantityAfter: 0, note: null, broadcast: null },
      { ...restock.movement, note: 'Reprint', actorEmail: shop.admin.email, broadcast: restock.broadcast },
    ])
  })

  test('starts with the initial stock of a book, and has pages', async () => {
    const { stock } = shop.admin.client
    const { id: bookId } = await shop.addBook(1)
    for (const quantity of [2, 3]) await stock.set.mutate({ bookId, quantity })

    const top = await stock.history.query({ bookId, limit: 2 })
    const rest = await stock.history.query({ bookId, limit: 2, cursor: top.nextCursor })

    expect([...top.items, ...rest.items].map((item) => item.quantityAfter)).toEqual([3, 2, 1])
    expect(rest).toMatchObject({ items: [{ delta: 1 }], nextCursor: null })
  })

  test('requires an admin and an existing book', async () => {
    const reader = await shop.signUp()
    const { id: bookId } = await shop.addBook(1)

    for (const name of ['history', 'preview'] as const) {
      const run = (person: Person, id: number) =>
        name === 'history'
          ? person.client.stock.history.query({ bookId: id })
          : person.client.stock.preview.query({ bookId: id, quantity: 1 })
      await expect(run(reader, bookId)).rejects.toMatchObject({ data: { reason: 'AUTH_FORBIDDEN' } })
      await expect(run(shop.admin, 987_654_321)).rejects.toMatchObject({ data: { reason: 'BOOK_NOT_FOUND' } })
    }
  })
})
