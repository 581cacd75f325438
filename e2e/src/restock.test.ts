import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiClients, Refused, type ApiClient, type Prebook } from './testing/api-clients.ts'
import { startShop, type Person, type Shop } from './testing/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

/** What a reader's list says about one of their entries. */
async function look(door: ApiClient, reader: Person, prebookId: number): Promise<Prebook> {
  const found = (await door.listPrebooks(reader)).items.find(({ id }) => id === prebookId)
  if (found === undefined) throw new Error(`The list does not hold pre-booking ${prebookId}.`)
  return found
}

describe.each(apiClients)('restocking through $name', (door) => {
  test('everybody who waits becomes notified, all at the same time', async () => {
    const [first, second] = [await shop.signUp(), await shop.signUp()]
    const book = await shop.addBook(0)
    const ours = await door.createPrebook(first, book.id)
    const theirs = await door.createPrebook(second, book.id)
    const before = new Date().toISOString()

    const restocked = await door.setStock(shop.admin, book.id, 5)

    expect(restocked).toEqual({ ...book, stockQuantity: 5, inStock: true, updatedAt: expect.any(String) })
    expect(await door.getBook(first, book.id)).toEqual(restocked)
    const { notifiedAt } = await look(door, first, ours.id)
    expect(String(notifiedAt) >= before && String(notifiedAt) <= new Date().toISOString()).toBe(true)
    expect(await look(door, first, ours.id)).toEqual({ ...ours, status: 'notified', notifiedAt })
    expect(await look(door, second, theirs.id)).toEqual({ ...theirs, status: 'notified', notifiedAt })
  })

  test('more copies of a book in stock change nothing for who was notified, not even the time', async () => {
    const reader = await shop.signUp()
    const book = await shop.addBook(0)
    await door.createPrebook(reader, book.id)
    await door.setStock(shop.admin, book.id, 5)
    const notified = await door.listPrebooks(reader)

    for (const quantity of [10, 10, 3, 0, 7]) {
      await door.setStock(shop.admin, book.id, quantity)
      expect(await door.listPrebooks(reader)).toEqual(notified)
    }
  })

  test('who cancelled before stays cancelled and was never notified', async () => {
    const [gone, waiting] = [await shop.signUp(), await shop.signUp()]
    const book = await shop.addBook(0)
    const { id } = await door.createPrebook(gone, book.id)
    await door.createPrebook(waiting, book.id)
    await door.cancelPrebook(gone, id)
    const cancelled = await look(door, gone, id)

    await door.setStock(shop.admin, book.id, 1)

    expect(cancelled).toMatchObject({ status: 'cancelled', notifiedAt: null })
    expect(await look(door, gone, id)).toEqual(cancelled)
  })

  test('a stock that stays at nothing leaves everybody waiting', async () => {
    const reader = await shop.signUp()
    const book = await shop.addBook(0)
    const prebook = await door.createPrebook(reader, book.id)

    expect(await door.setStock(shop.admin, book.id, 0)).toEqual(book)
    expect(await look(door, reader, prebook.id)).toEqual(prebook)
  })

  test('only readers of that book are notified', async () => {
    const reader = await shop.signUp()
    const [wanted, restocked] = [await shop.addBook(0), await shop.addBook(0)]
    const prebook = await door.createPrebook(reader, wanted.id)

    await door.setStock(shop.admin, restocked.id, 4)

    expect(await look(door, reader, prebook.id)).toEqual(prebook)
  })

  test('sold out and restocked again, it notifies those who came since, and nobody twice', async () => {
    const [early, late] = [await shop.signUp(), await shop.signUp()]
    const book = await shop.addBook(0)
    const first = await door.createPrebook(early, book.id)
    await door.setStock(shop.admin, book.id, 1)
    const told = await look(door, early, first.id)
    await door.setStock(shop.admin, book.id, 0)
    const second = await door.createPrebook(late, book.id)
    const again = await door.createPrebook(early, book.id)

    await door.setStock(shop.admin, book.id, 2)

    expect(await look(door, early, first.id)).toEqual(told)
    const { notifiedAt } = await look(door, late, second.id)
    expect(await look(door, late, second.id)).toEqual({ ...second, status: 'notified', notifiedAt })
    expect(await look(door, early, again.id)).toEqual({ ...again, status: 'notified', notifiedAt })
  })

  test('whoever pre-books while the book is restocked is either notified or refused, never left waiting', async () => {
    const readers = await shop.signUpMany(30)
    const book = await shop.addBook(0)

    const tries = readers.map((reader) => door.createPrebook(reader, book.id))
    const restock = door.setStock(shop.admin, book.id, 1)
    const outcomes = await Promise.allSettled(tries)
    await restock

    const allowed = [
      ['created', ['notified']],
      ['PREBOOK_BOOK_IN_STOCK', []],
    ]
    for (const [index, reader] of readers.entries()) {
      const outcome = outcomes[index]
      const told =
        outcome?.status === 'rejected' && outcome.reason instanceof Refused
          ? outcome.reason.reason
          : 'created'
      const { items } = await door.listPrebooks(reader)
      expect(allowed).toContainEqual([told, items.map(({ status }) => status)])
    }
  })

  test.each([-1, 1.5, 1_000_001, 'five', '5', null, undefined])(
    'a quantity of %j is refused by name, and nothing changes',
    async (quantity) => {
      const reader = await shop.signUp()
      const book = await shop.addBook(0)
      const prebook = await door.createPrebook(reader, book.id)

      await expect(door.setStock(shop.admin, book.id, quantity as never)).rejects.toMatchObject({
        reason: 'VALIDATION_ERROR',
        status: door.invalidStatus,
        field: 'quantity',
        paths: ['quantity'],
      })
      expect(await door.getBook(reader, book.id)).toEqual(book)
      expect(await look(door, reader, prebook.id)).toEqual(prebook)
    },
  )

  test('the stock of a book that does not exist cannot be set', async () => {
    await expect(door.setStock(shop.admin, 987_654_321, 1)).rejects.toMatchObject({
      reason: 'BOOK_NOT_FOUND',
      status: 404,
    })
  })

  test('only an admin may, and only signed in; a refusal changes nothing', async () => {
    const reader = await shop.signUp()
    const book = await shop.addBook(0)
    const prebook = await door.createPrebook(reader, book.id)

    await expect(door.setStock(reader, book.id, 5)).rejects.toMatchObject({
      reason: 'AUTH_FORBIDDEN',
      status: 403,
    })
    await expect(door.setStock(shop.stranger(), book.id, 5)).rejects.toMatchObject({
      reason: 'AUTH_REQUIRED',
      status: 401,
    })
    expect(await door.getBook(reader, book.id)).toEqual(book)
    expect(await look(door, reader, prebook.id)).toEqual(prebook)
  })
})
