import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startShop, type Shop } from './testing/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

const isbns = ['9780441013593', '9780553283686', '9780261103573'] as const

describe('finding a book by ISBN', () => {
  test('accepts every notation', async () => {
    const book = await shop.addBook(0, { isbn: isbns[0] })
    const { books } = shop.anonymous().client

    for (const isbn of [isbns[0], '978-0-441-01359-3', '0-441-01359-7', '0441013597']) {
      expect(await books.get.query({ isbn })).toEqual(book)
    }
    await expect(books.get.query({ isbn: '9780306406157' })).rejects.toMatchObject({
      data: { reason: 'BOOK_NOT_FOUND' },
    })
    await expect(books.get.query({ isbn: '9780441013594' })).rejects.toMatchObject({
      data: { reason: 'VALIDATION_ERROR' },
    })
  })
})

describe('updating a book', () => {
  test('changes only the given fields', async () => {
    const { books } = shop.admin.client
    const book = await shop.addBook(4, { isbn: isbns[1] })

    const cheaper = await books.update.mutate({ bookId: book.id, priceCents: 999 })
    const described = await books.update.mutate({
      bookId: book.id,
      description: 'Pilgrims.',
      title: 'Hyperion',
    })
    const cleared = await books.update.mutate({ bookId: book.id, isbn: null, description: null })

    expect(cheaper).toEqual({ ...book, priceCents: 999, updatedAt: expect.any(String) })
    expect(described).toEqual({
      ...cheaper,
      description: 'Pilgrims.',
      title: 'Hyperion',
      updatedAt: expect.any(String),
    })
    expect(cleared).toMatchObject({ isbn: null, description: null, title: 'Hyperion', stockQuantity: 4 })
    expect((await books.list.query({ query: 'hyperion' })).items).toEqual([cleared])
    expect((await books.list.query({ query: isbns[1] })).items).toEqual([])
  })

  test('shows immediately in the lists of waiting readers', async () => {
    const reader = await shop.signUp()
    const { id: bookId } = await shop.addBook(0)
    await reader.client.prebooks.create.mutate({ bookId })

    await shop.admin.client.books.update.mutate({ bookId, title: 'A better title' })

    expect((await reader.client.prebooks.list.query({})).items).toMatchObject([
      { bookTitle: 'A better title' },
    ])
  })

  test('cannot change the stock, be empty, or use the ISBN of another book', async () => {
    const { books } = shop.admin.client
    await shop.addBook(0, { isbn: isbns[2] })
    const book = await shop.addBook(0)
    const update = async (fields: object) => books.update.mutate({ bookId: book.id, ...fields })

    await expect(update({ stockQuantity: 5 })).rejects.toMatchObject({
      data: { reason: 'VALIDATION_ERROR', field: 'stockQuantity' },
    })
    await expect(update({})).rejects.toMatchObject({ data: { reason: 'VALIDATION_ERROR' } })
    await expect(update({ isbn: isbns[2] })).rejects.toMatchObject({
      data: { reason: 'BOOK_ISBN_CONFLICT', field: 'isbn' },
    })
    await expect(update({ bookId: 987_654_321, title: 'T' })).rejects.toMatchObject({
      data: { reason: 'BOOK_NOT_FOUND', field: 'bookId' },
    })
    expect(await books.get.query({ bookId: book.id })).toEqual(book)
  })
})

describe('demand', () => {
  test('ranks the books by the number of waiting readers', async () => {
    const { demand, stock } = shop.admin.client
    const readers = await shop.signUpMany(3)
    const [few, many, restocked, left] = await Promise.all(
      [0, 0, 0, 0].map((quantity) => shop.addBook(quantity)),
    )
    const before = await demand.top.query({ limit: 100 })
    const join = async (bookId = 0, count = 0) =>
      Promise.all(readers.slice(0, count).map(({ client }) => client.prebooks.create.mutate({ bookId })))
    await join(few?.id, 2)
    await join(many?.id, 3)
    await join(restocked?.id, 3)
    await stock.set.mutate({ bookId: Number(restocked?.id), quantity: 1 })
    const [gone] = await join(left?.id, 1)
    await readers[0]?.client.prebooks.cancel.mutate({ prebookId: Number(gone?.id) })

    const top = await demand.top.query({ limit: 100 })

    const ours = top.items.filter(({ bookId }) =>
      [few, many, restocked, left].some((book) => book?.id === bookId),
    )
    expect(ours).toStrictEqual([
      {
        waitlistId: expect.any(Number),
        bookId: many?.id,
        bookTitle: many?.title,
        bookAuthor: many?.author,
        isbn: null,
        waiting: 3,
        since: expect.any(String),
        joinedLately: 3,
        joinedByDay: [0, 0, 0, 0, 0, 0, 3],
        expectedOn: null,
        expectedPrecision: null,
        overdue: false,
      },
      expect.objectContaining({ bookId: few?.id, waiting: 2 }),
    ])
    expect(top.totalWaiting - before.totalWaiting).toBe(5)
    expect((await demand.top.query({ limit: 1 })).items).toHaveLength(1)
  })

  test('lists the waiting readers of a book, oldest first, in pages', async () => {
    const { demand } = shop.admin.client
    const readers = await shop.signUpMany(3)
    const { id: bookId } = await shop.addBook(0)
    for (const { client } of readers) await client.prebooks.create.mutate({ bookId })

    const top = await demand.waitlist.query({ bookId, limit: 2 })
    const rest = await demand.waitlist.query({ bookId, limit: 2, cursor: top.nextCursor })

    expect([...top.items, ...rest.items].map(({ email }) => email)).toEqual(readers.map(({ email }) => email))
    expect(top.demand).toMatchObject({ bookId, waiting: 3, joinedLately: 3 })
    expect(rest.nextCursor).toBeNull()
  })

  test('returns an error when the book has no waitlist or does not exist', async () => {
    const { demand } = shop.admin.client
    const { id: bookId } = await shop.addBook(0)

    await expect(demand.waitlist.query({ bookId })).rejects.toMatchObject({
      data: { reason: 'WAITLIST_NOT_FOUND', httpStatus: 404 },
    })
    await expect(demand.waitlist.query({ bookId: 987_654_321 })).rejects.toMatchObject({
      data: { reason: 'BOOK_NOT_FOUND', httpStatus: 404 },
    })
  })
})

describe('accounts', () => {
  test('are listed newest first in pages, and can be searched and filtered', async () => {
    const { users } = shop.admin.client
    const [first, second, third] = await shop.signUpMany(3)
    await users.deactivate.mutate({ userId: Number(second?.id) })
    const newest = [first, second, third].map((reader) => Number(reader?.id)).toSorted((a, b) => b - a)

    const top = await users.list.query({ limit: 2 })
    const next = await users.list.query({ limit: 1, cursor: top.nextCursor })

    expect([...top.items, ...next.items].map(({ id }) => id)).toEqual(newest)
    expect(
      (await users.list.query({ query: String(first?.email).toUpperCase() })).items.map(({ id }) => id),
    ).toEqual([first?.id])
    expect((await users.list.query({ isActive: false })).items.map(({ id }) => id)).toContain(second?.id)
    expect((await users.list.query({ isActive: true, limit: 100 })).items.map(({ id }) => id)).not.toContain(
      second?.id,
    )
    expect((await users.list.query({ role: 'admin' })).items).toMatchObject([
      { id: shop.admin.id, role: 'admin' },
    ])
  })

  test('show no password or password hash', async () => {
    const { items } = await shop.admin.client.users.list.query({})

    for (const user of items) {
      expect(Object.keys(user)).toEqual(['id', 'email', 'role', 'isActive', 'mailOptOut', 'createdAt'])
    }
  })
})

test('every admin procedure refuses readers and anonymous callers before it validates the input', async () => {
  const invalid = {} as never
  for (const [caller, reason] of [
    [await shop.signUp(), 'AUTH_FORBIDDEN'],
    [shop.anonymous(), 'AUTH_REQUIRED'],
  ] as const) {
    const { books, demand, stock, users } = caller.client
    const calls = [
      () => books.create.mutate(invalid),
      () => books.update.mutate(invalid),
      () => books.import.mutate(invalid),
      () => books.previewWithdrawal.query(invalid),
      () => books.withdraw.mutate(invalid),
      () => books.reinstate.mutate(invalid),
      () => stock.set.mutate(invalid),
      () => stock.adjust.mutate(invalid),
      () => stock.preview.query(invalid),
      () => stock.history.query(invalid),
      () => demand.top.query(invalid),
      () => demand.waitlist.query(invalid),
      () => users.list.query(invalid),
      () => users.deactivate.mutate(invalid),
      () => users.reactivate.mutate(invalid),
    ]
    for (const call of calls) await expect(call()).rejects.toMatchObject({ data: { reason } })
  }
})
