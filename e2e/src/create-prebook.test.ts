import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiClients, Refused } from './testing/api-clients.ts'
import { startShop, type Shop } from './testing/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

describe.each(apiClients)('pre-booking through $name', (client) => {
  test('accepts a book that is out of stock, and returns a waiting entry with title and author', async () => {
    const reader = await shop.signUp()
    const book = await shop.addBook(0, { title: 'Rayuela', author: 'Julio Cortázar' })
    const before = new Date().toISOString()

    const prebook = await client.createPrebook(reader, book.id)

    expect(prebook).toStrictEqual({
      id: expect.any(Number),
      bookId: book.id,
      bookTitle: 'Rayuela',
      bookAuthor: 'Julio Cortázar',
      status: 'waiting',
      createdAt: expect.stringMatching(isoTime),
      notifiedAt: null,
      cancelledAt: null,
      cancelledBy: null,
      successorId: null,
      bookExpectedOn: null,
      bookExpectedPrecision: null,
    })
    expect(prebook.createdAt >= before).toBe(true)
    expect(prebook.createdAt <= new Date().toISOString()).toBe(true)
    expect(await client.listPrebooks(reader)).toEqual({ items: [prebook], nextCursor: null })
  })

  test('rejects a book that is in stock, and stores nothing', async () => {
    const reader = await shop.signUp()
    const book = await shop.addBook(1)

    await expect(client.createPrebook(reader, book.id)).rejects.toMatchObject({
      reason: 'PREBOOK_BOOK_IN_STOCK',
      status: 409,
    })
    expect((await client.listPrebooks(reader)).items).toEqual([])
    expect(await client.getBook(reader, book.id)).toEqual(book)
  })

  test('rejects a second pre-booking for the same book, and leaves the first unchanged', async () => {
    const reader = await shop.signUp()
    const book = await shop.addBook(0)
    const first = await client.createPrebook(reader, book.id)

    await expect(client.createPrebook(reader, book.id)).rejects.toMatchObject({
      reason: 'PREBOOK_DUPLICATE',
      status: 409,
    })
    expect((await client.listPrebooks(reader)).items).toEqual([first])
  })

  test('succeeds exactly once for twenty concurrent requests of one reader', async () => {
    const reader = await shop.signUp()
    const book = await shop.addBook(0)

    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, () => client.createPrebook(reader, book.id)),
    )

    const reasons = tries.flatMap((attempt) =>
      attempt.status === 'rejected' && attempt.reason instanceof Refused ? [attempt.reason.reason] : [],
    )
    expect(reasons).toEqual(Array.from({ length: 19 }, () => 'PREBOOK_DUPLICATE'))
    expect((await client.listPrebooks(reader)).items).toHaveLength(1)
  })

  test('queues many readers for the same book in order of arrival', async () => {
    const readers = await shop.signUpMany(5)
    const book = await shop.addBook(0)

    const prebooks = []
    for (const reader of readers) prebooks.push(await client.createPrebook(reader, book.id))

    const { items } = await shop.admin.client.demand.waitlist.query({ bookId: book.id })
    expect(items.map((item) => [item.prebookId, item.userId])).toEqual(
      prebooks.map((prebook, index) => [prebook.id, readers[index]?.id]),
    )
  })

  test('rejects a book that does not exist, and stores nothing', async () => {
    const reader = await shop.signUp()

    await expect(client.createPrebook(reader, 987_654_321)).rejects.toMatchObject({
      reason: 'BOOK_NOT_FOUND',
      status: 404,
      field: client.field('bookId'),
    })
    expect((await client.listPrebooks(reader)).items).toEqual([])
  })

  test.each([
    ['no token', undefined],
    ['an unknown token', 'x'.repeat(40)],
    ['a malformed token', '%00'],
  ])('is refused with %s, and the book has no waitlist', async (_what, token) => {
    const book = await shop.addBook(0)

    await expect(client.createPrebook(shop.anonymous(token), book.id)).rejects.toMatchObject({
      reason: 'AUTH_REQUIRED',
      status: 401,
    })
    await expect(shop.admin.client.demand.waitlist.query({ bookId: book.id })).rejects.toMatchObject({
      data: { reason: 'WAITLIST_NOT_FOUND' },
    })
  })

  test('checks the session before the input and the book', async () => {
    for (const bookId of [987_654_321, 'abc' as never]) {
      await expect(client.createPrebook(shop.anonymous(), bookId)).rejects.toMatchObject({
        reason: 'AUTH_REQUIRED',
      })
    }
  })

  test('is allowed for admins too', async () => {
    const book = await shop.addBook(0)

    const prebook = await client.createPrebook(shop.admin, book.id)

    expect(prebook).toMatchObject({ bookId: book.id, status: 'waiting' })
    expect((await client.listPrebooks(shop.admin)).items).toContainEqual(prebook)
  })

  test.each([[undefined], [null], ['1'], ['abc'], [0], [-1], [1.5], [2 ** 53], [true], [[1]], [{}]])(
    'rejects a book id of %j, names the field, and stores nothing',
    async (bookId) => {
      const reader = await shop.signUp()

      await expect(client.createPrebook(reader, bookId as never)).rejects.toMatchObject({
        reason: 'VALIDATION_ERROR',
        status: client.invalidStatus,
        field: client.field('bookId'),
        paths: [client.field('bookId')],
      })
      expect((await client.listPrebooks(reader)).items).toEqual([])
    },
  )
})
