import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiClients, Refused, type ApiClient, type Prebook } from './testing/api-clients.ts'
import { startShop, type Person, type Shop } from './testing/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

/** Returns one of a reader's prebooks from their list. */
async function findPrebook(client: ApiClient, reader: Person, prebookId: number): Promise<Prebook> {
  const found = (await client.listPrebooks(reader)).items.find(({ id }) => id === prebookId)
  if (found === undefined) throw new Error(`The list does not contain pre-booking ${prebookId}.`)
  return found
}

describe.each(apiClients)('restocking through $name', (client) => {
  test('notifies every waiting reader at the same time', async () => {
    const [first, second] = [await shop.signUp(), await shop.signUp()]
    const book = await shop.addBook(0)
    const ours = await client.createPrebook(first, book.id)
    const theirs = await client.createPrebook(second, book.id)
    const before = new Date().toISOString()

    const restocked = await client.setStock(shop.admin, book.id, 5)

    expect(restocked).toEqual({ ...book, stockQuantity: 5, inStock: true, updatedAt: expect.any(String) })
    expect(await client.getBook(first, book.id)).toEqual(restocked)
    const { notifiedAt } = await findPrebook(client, first, ours.id)
    expect(String(notifiedAt) >= before && String(notifiedAt) <= new Date().toISOString()).toBe(true)
    expect(await findPrebook(client, first, ours.id)).toEqual({ ...ours, status: 'notified', notifiedAt })
    expect(await findPrebook(client, second, theirs.id)).toEqual({
      ...theirs,
      status: 'notified',
      notifiedAt,
    })
  })

  test('later stock changes do not alter notified prebooks, not even the time', async () => {
    const reader = await shop.signUp()
    const book = await shop.addBook(0)
    await client.createPrebook(reader, book.id)
    await client.setStock(shop.admin, book.id, 5)
    const notified = await client.listPrebooks(reader)

    for (const quantity of [10, 10, 3, 0, 7]) {
      await client.setStock(shop.admin, book.id, quantity)
      expect(await client.listPrebooks(reader)).toEqual(notified)
    }
  })

  test('a prebook cancelled before stays cancelled and is never notified', async () => {
    const [former, waiting] = [await shop.signUp(), await shop.signUp()]
    const book = await shop.addBook(0)
    const { id } = await client.createPrebook(former, book.id)
    await client.createPrebook(waiting, book.id)
    await client.cancelPrebook(former, id)
    const cancelled = await findPrebook(client, former, id)

    await client.setStock(shop.admin, book.id, 1)

    expect(cancelled).toMatchObject({ status: 'cancelled', notifiedAt: null })
    expect(await findPrebook(client, former, id)).toEqual(cancelled)
  })

  test('setting the stock from 0 to 0 notifies no reader', async () => {
    const reader = await shop.signUp()
    const book = await shop.addBook(0)
    const prebook = await client.createPrebook(reader, book.id)

    expect(await client.setStock(shop.admin, book.id, 0)).toEqual(book)
    expect(await findPrebook(client, reader, prebook.id)).toEqual(prebook)
  })

  test('notifies only readers who wait for that book', async () => {
    const reader = await shop.signUp()
    const [wanted, restocked] = [await shop.addBook(0), await shop.addBook(0)]
    const prebook = await client.createPrebook(reader, wanted.id)

    await client.setStock(shop.admin, restocked.id, 4)

    expect(await findPrebook(client, reader, prebook.id)).toEqual(prebook)
  })

  test('after selling out again, a restock notifies the new prebooks and none twice', async () => {
    const [early, late] = [await shop.signUp(), await shop.signUp()]
    const book = await shop.addBook(0)
    const first = await client.createPrebook(early, book.id)
    await client.setStock(shop.admin, book.id, 1)
    const notified = await findPrebook(client, early, first.id)
    await client.setStock(shop.admin, book.id, 0)
    const second = await client.createPrebook(late, book.id)
    const again = await client.createPrebook(early, book.id)

    await client.setStock(shop.admin, book.id, 2)

    expect(await findPrebook(client, early, first.id)).toEqual(notified)
    const { notifiedAt } = await findPrebook(client, late, second.id)
    expect(await findPrebook(client, late, second.id)).toEqual({ ...second, status: 'notified', notifiedAt })
    expect(await findPrebook(client, early, again.id)).toEqual({ ...again, status: 'notified', notifiedAt })
  })

  test('a reader who pre-books during the restock is either notified or refused, never left waiting', async () => {
    const readers = await shop.signUpMany(30)
    const book = await shop.addBook(0)

    const tries = readers.map((reader) => client.createPrebook(reader, book.id))
    const restock = client.setStock(shop.admin, book.id, 1)
    const outcomes = await Promise.allSettled(tries)
    await restock

    const allowed = [
      ['created', ['notified']],
      ['PREBOOK_BOOK_IN_STOCK', []],
    ]
    for (const [index, reader] of readers.entries()) {
      const outcome = outcomes[index]
      const result =
        outcome?.status === 'rejected' && outcome.reason instanceof Refused
          ? outcome.reason.reason
          : 'created'
      const { items } = await client.listPrebooks(reader)
      expect(allowed).toContainEqual([result, items.map(({ status }) => status)])
    }
  })

  test.each([-1, 1.5, 1_000_001, 'five', '5', null, undefined])(
    'rejects a quantity of %j, names the field, and changes nothing',
    async (quantity) => {
      const reader = await shop.signUp()
      const book = await shop.addBook(0)
      const prebook = await client.createPrebook(reader, book.id)

      await expect(client.setStock(shop.admin, book.id, quantity as never)).rejects.toMatchObject({
        reason: 'VALIDATION_ERROR',
        status: client.invalidStatus,
        field: 'quantity',
        paths: ['quantity'],
      })
      expect(await client.getBook(reader, book.id)).toEqual(book)
      expect(await findPrebook(client, reader, prebook.id)).toEqual(prebook)
    },
  )

  test('rejects a book that does not exist', async () => {
    await expect(client.setStock(shop.admin, 987_654_321, 1)).rejects.toMatchObject({
      reason: 'BOOK_NOT_FOUND',
      status: 404,
    })
  })

  test('requires an admin, and a refusal changes nothing', async () => {
    const reader = await shop.signUp()
    const book = await shop.addBook(0)
    const prebook = await client.createPrebook(reader, book.id)

    await expect(client.setStock(reader, book.id, 5)).rejects.toMatchObject({
      reason: 'AUTH_FORBIDDEN',
      status: 403,
    })
    await expect(client.setStock(shop.anonymous(), book.id, 5)).rejects.toMatchObject({
      reason: 'AUTH_REQUIRED',
      status: 401,
    })
    expect(await client.getBook(reader, book.id)).toEqual(book)
    expect(await findPrebook(client, reader, prebook.id)).toEqual(prebook)
  })
})
