import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiClients, Refused } from './testing/api-clients.ts'
import { startShop, type Shop } from './testing/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

describe.each(apiClients)('pre-booking through $name', (door) => {
  test('a book that is out of stock can be pre-booked: the entry waits and names title and author', async () => {
    const reader = await shop.signUp()
    const book = await shop.addBook(0, { title: 'Rayuela', author: 'Julio Cortázar' })
    const before = new Date().toISOString()

    const prebook = await door.createPrebook(reader, book.id)

    expect(prebook).toStrictEqual({
      id: expect.any(Number),
      bookId: book.id,
      bookTitle: 'Rayuela',
      bookAuthor: 'Julio Cortázar',
      status: 'waiting',
      createdAt: expect.stringMatching(isoTime),
      notifiedAt: null,
      cancelledAt: null,
    })
    expect(prebook.createdAt >= before).toBe(true)
    expect(prebook.createdAt <= new Date().toISOString()).toBe(true)
    expect(await door.listPrebooks(reader)).toEqual({ items: [prebook], nextCursor: null })
  })

  test('a book that is in stock cannot be pre-booked, and nothing is stored', async () => {
    const reader = await shop.signUp()
    const book = await shop.addBook(1)

    await expect(door.createPrebook(reader, book.id)).rejects.toMatchObject({
      reason: 'PREBOOK_BOOK_IN_STOCK',
      status: 409,
    })
    expect((await door.listPrebooks(reader)).items).toEqual([])
    expect(await door.getBook(reader, book.id)).toEqual(book)
  })

  test('a second time is refused while the first waits, and the first stays as it was', async () => {
    const reader = await shop.signUp()
    const book = await shop.addBook(0)
    const first = await door.createPrebook(reader, book.id)

    await expect(door.createPrebook(reader, book.id)).rejects.toMatchObject({
      reason: 'PREBOOK_DUPLICATE',
      status: 409,
    })
    expect((await door.listPrebooks(reader)).items).toEqual([first])
  })

  test('of twenty tries by one person at once exactly one succeeds', async () => {
    const reader = await shop.signUp()
    const book = await shop.addBook(0)

    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, () => door.createPrebook(reader, book.id)),
    )

    const reasons = tries.flatMap((attempt) =>
      attempt.status === 'rejected' && attempt.reason instanceof Refused ? [attempt.reason.reason] : [],
    )
    expect(reasons).toEqual(Array.from({ length: 19 }, () => 'PREBOOK_DUPLICATE'))
    expect((await door.listPrebooks(reader)).items).toHaveLength(1)
  })

  test('many people can wait for the same book, in the order in which they came', async () => {
    const readers = await shop.signUpMany(5)
    const book = await shop.addBook(0)

    const prebooks = []
    for (const reader of readers) prebooks.push(await door.createPrebook(reader, book.id))

    const { items } = await shop.admin.client.demand.waitlist.query({ bookId: book.id })
    expect(items.map((item) => [item.prebookId, item.userId])).toEqual(
      prebooks.map((prebook, index) => [prebook.id, readers[index]?.id]),
    )
  })

  test('a book that does not exist cannot be pre-booked, and nothing is stored', async () => {
    const reader = await shop.signUp()

    await expect(door.createPrebook(reader, 987_654_321)).rejects.toMatchObject({
      reason: 'BOOK_NOT_FOUND',
      status: 404,
      field: door.field('bookId'),
    })
    expect((await door.listPrebooks(reader)).items).toEqual([])
  })

  test.each([
    ['no token', undefined],
    ['a token that nobody was given', 'x'.repeat(40)],
    ['a token that is no token', '%00'],
  ])('with %s it is refused, and nobody waits', async (_what, token) => {
    const book = await shop.addBook(0)

    await expect(door.createPrebook(shop.stranger(token), book.id)).rejects.toMatchObject({
      reason: 'AUTH_REQUIRED',
      status: 401,
    })
    await expect(shop.admin.client.demand.waitlist.query({ bookId: book.id })).rejects.toMatchObject({
      data: { reason: 'WAITLIST_NOT_FOUND' },
    })
  })

  test('who is not signed in is told so before anything about the input or the book', async () => {
    for (const bookId of [987_654_321, 'abc' as never]) {
      await expect(door.createPrebook(shop.stranger(), bookId)).rejects.toMatchObject({
        reason: 'AUTH_REQUIRED',
      })
    }
  })

  test('an admin may pre-book as well', async () => {
    const book = await shop.addBook(0)

    const prebook = await door.createPrebook(shop.admin, book.id)

    expect(prebook).toMatchObject({ bookId: book.id, status: 'waiting' })
    expect((await door.listPrebooks(shop.admin)).items).toContainEqual(prebook)
  })

  test.each([[undefined], [null], ['1'], ['abc'], [0], [-1], [1.5], [2 ** 53], [true], [[1]], [{}]])(
    'a book id of %j is refused by name, and nothing is stored',
    async (bookId) => {
      const reader = await shop.signUp()

      await expect(door.createPrebook(reader, bookId as never)).rejects.toMatchObject({
        reason: 'VALIDATION_ERROR',
        status: door.invalidStatus,
        field: door.field('bookId'),
        paths: [door.field('bookId')],
      })
      expect((await door.listPrebooks(reader)).items).toEqual([])
    },
  )
})
