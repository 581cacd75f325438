import type { TRPCError } from '@trpc/server'
import { describe, expect, test } from 'vitest'
import { hasReason, limits } from '@prebook/core'
import { engines } from '@prebook/db/testing'
import { createTestServer } from '../testing/server.ts'

const dune = { title: 'Dune', author: 'Frank Herbert', priceCents: 999, isbn: '9780441013593' }
const solaris = { title: 'Solaris', author: 'Stanisław Lem', priceCents: 1299, isbn: '9780156027601' }

/** A valid ISBN-13 made from a number below 1,000. */
function isbn13(number: number): string {
  const stem = `978000000${String(number).padStart(3, '0')}`
  const sum = Array.from(stem, (digit, index) => Number(digit) * (index % 2 === 0 ? 1 : 3))
  return `${stem}${(10 - (sum.reduce((a, b) => a + b) % 10)) % 10}`
}

describe.each(engines)('importing books on $name', (engine) => {
  test('adds new books with their stock, and skips only invalid rows', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    const { outcomes } = await admin.call.books.import({
      rows: [
        { ...dune, stockQuantity: 3 },
        { ...solaris, isbn: '9780156027602', priceCents: 0 },
        { ...solaris, isbn: '0-15-602760-7' },
      ],
    })
    expect(outcomes).toMatchObject([
      { outcome: 'created', bookId: expect.any(Number), isbn: dune.isbn },
      {
        outcome: 'invalid',
        issues: [
          { path: 'priceCents', message: 'Must be more than 0.' },
          { path: 'isbn', message: 'Must be a valid ISBN-10 or ISBN-13, including the check digit.' },
        ],
      },
      { outcome: 'created', bookId: expect.any(Number), isbn: solaris.isbn },
    ])
    expect(await admin.call.books.get({ isbn: dune.isbn })).toMatchObject({ ...dune, stockQuantity: 3 })
    expect(await admin.call.books.get({ isbn: solaris.isbn })).toMatchObject(solaris)
  })

  test('can be repeated: existing books are updated, and their stock is unchanged', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    const row = { ...dune, description: 'A desert planet.', stockQuantity: 3 }
    await admin.call.books.import({ rows: [row] })
    const { id: bookId } = await admin.call.books.get({ isbn: dune.isbn })
    await admin.call.stock.set({ bookId, quantity: 1 })

    const again = await admin.call.books.import({
      rows: [row, { ...dune, priceCents: 1099 }, { ...dune, priceCents: 1099 }],
    })

    expect(again.outcomes.map(({ outcome }) => outcome)).toEqual(['unchanged', 'updated', 'unchanged'])
    expect(await admin.call.books.get({ bookId })).toMatchObject({
      priceCents: 1099,
      description: 'A desert planet.',
      stockQuantity: 1,
    })
    expect((await admin.call.books.list({ query: 'dune' })).items).toHaveLength(1)
  })

  test('a row of a known book may leave out all but its ISBN, and a new book is refused by what it lacks', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    await admin.call.books.import({ rows: [dune] })
    const { outcomes } = await admin.call.books.import({
      rows: [
        { isbn: dune.isbn, priceCents: 1099 },
        { isbn: solaris.isbn },
        { isbn: solaris.isbn, title: 'Solaris', priceCents: 1299 },
        solaris,
        { isbn: solaris.isbn, author: 'S. Lem' },
      ],
    })
    const required = 'Required, because this is a new book.'
    expect(outcomes).toMatchObject([
      { outcome: 'updated' },
      {
        outcome: 'invalid',
        issues: ['title', 'author', 'priceCents'].map((path) => ({ path, message: required })),
      },
      { outcome: 'invalid', issues: [{ path: 'author', message: required }] },
      { outcome: 'created' },
      { outcome: 'updated' },
    ])
    expect(await admin.call.books.get({ isbn: dune.isbn })).toMatchObject({ ...dune, priceCents: 1099 })
    expect(await admin.call.books.get({ isbn: solaris.isbn })).toMatchObject({ ...solaris, author: 'S. Lem' })
  })

  test('a row that lacks something is not added by one of the same book that says something impossible', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    const { outcomes } = await admin.call.books.import({
      rows: [
        { ...solaris, expected: '2001-01-01' },
        { isbn: solaris.isbn, priceCents: 1 },
        { ...dune, availability: 'withdrawn', successor: solaris.isbn },
      ],
    })
    expect(outcomes).toMatchObject([
      { outcome: 'invalid', issues: [{ path: 'expected' }] },
      { outcome: 'invalid', issues: [{ path: 'title' }, { path: 'author' }] },
      { outcome: 'invalid', issues: [{ path: 'successor' }] },
    ])
  })

  test('says which books keep another stock than that of the row', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    const kept = async (rows: { stockQuantity?: number }[]) => {
      const { outcomes } = await admin.call.books.import({ rows: rows.map((row) => ({ ...dune, ...row })) })
      return outcomes.map((outcome) => outcome.outcome !== 'invalid' && outcome.stockKept)
    }
    expect(await kept([{ stockQuantity: 3 }, { stockQuantity: 4 }])).toEqual([false, true])
    expect(await kept([{ stockQuantity: 3 }, { stockQuantity: 0 }, {}])).toEqual([false, true, false])
  })

  test('several rows of one book count in their order', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    await admin.call.books.import({ rows: [solaris] })
    const { outcomes } = await admin.call.books.import({
      rows: [
        { ...dune, description: 'A desert planet.', stockQuantity: 3 },
        { ...solaris, priceCents: 1 },
        { ...dune, stockQuantity: 9 },
        { ...dune, title: 'Dune Messiah', stockQuantity: 9 },
        solaris,
        solaris,
      ],
    })
    const [bookId, other] = [expect.any(Number), expect.any(Number)]
    expect(outcomes).toMatchObject([
      { outcome: 'created', bookId, isbn: dune.isbn },
      { outcome: 'updated', bookId: other, isbn: solaris.isbn },
      { outcome: 'unchanged', bookId, isbn: dune.isbn },
      { outcome: 'updated', bookId, isbn: dune.isbn },
      { outcome: 'updated', bookId: other, isbn: solaris.isbn },
      { outcome: 'unchanged', bookId: other, isbn: solaris.isbn },
    ])
    const book = await admin.call.books.get({ isbn: dune.isbn })
    expect(book).toMatchObject({
      title: 'Dune Messiah',
      description: 'A desert planet.',
      stockQuantity: 3,
    })
    expect((await admin.call.books.list({ query: 'messiah' })).items).toHaveLength(1)
    const { items } = await admin.call.stock.history({ bookId: book.id })
    expect(items).toMatchObject([{ delta: 3, quantityAfter: 3 }])
    expect(await admin.call.books.get({ isbn: solaris.isbn })).toMatchObject(solaris)
  })

  test('a hundred new books get ids in the order of their rows', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    const rows = Array.from({ length: 100 }, (_, index) => ({
      ...dune,
      isbn: isbn13(99 - index),
      title: `Book ${index}`,
      stockQuantity: index % 3,
    }))
    const { outcomes } = await admin.call.books.import({ rows })
    const ids = outcomes.flatMap((row) => (row.outcome === 'created' ? (row.bookId ?? []) : []))
    expect(ids).toHaveLength(100)
    expect(ids).toEqual(ids.toSorted((a, b) => a - b))
    for (const [index, bookId] of ids.entries()) {
      expect(await admin.call.books.get({ bookId })).toMatchObject(rows[index] ?? {})
    }
    const { items } = await admin.call.audit.list({ action: 'books.import' })
    expect(items).toMatchObject([{ details: { createdIds: ids, updatedIds: [], unchanged: 0, invalid: 0 } }])
  })

  test('two imports of the same new books at once leave each book once', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    const rows = Array.from({ length: 20 }, (_, index) => ({
      ...dune,
      isbn: isbn13(index),
      stockQuantity: 1,
    }))
    const results = await Promise.allSettled(
      Array.from({ length: 4 }, () => admin.call.books.import({ rows })),
    )
    // One that met the other's books is refused as a whole, and can be repeated.
    const reasons = results.flatMap((result) =>
      result.status === 'rejected' ? [(result.reason as TRPCError).cause] : [],
    )
    expect(reasons.filter((cause) => !hasReason(cause, 'BOOK_ISBN_CONFLICT'))).toEqual([])
    const { outcomes } = await admin.call.books.import({ rows })
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['unchanged']))
    expect((await admin.call.books.list({ limit: 100 })).items).toHaveLength(20)
  })

  test('a dry run returns the same outcomes and changes nothing', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    await admin.call.books.import({ rows: [dune] })
    const { id: bookId } = await admin.call.books.get({ isbn: dune.isbn })
    const { outcomes } = await admin.call.books.import({
      rows: [{ ...dune, title: 'Dune Messiah' }, solaris, solaris],
      dryRun: true,
    })
    expect(outcomes).toMatchObject([
      { outcome: 'updated', bookId, isbn: dune.isbn },
      { outcome: 'created', bookId: null, isbn: solaris.isbn },
      { outcome: 'unchanged', bookId: null, isbn: solaris.isbn },
    ])
    expect((await admin.call.books.list({})).items).toMatchObject([dune])
  })

  test('accepts at most 256 rows, not from readers', async () => {
    await using server = await createTestServer(engine)
    const [admin, reader] = [await server.admin(), await server.reader()]
    await expect(
      admin.call.books.import({ rows: Array.from({ length: limits.importRows.max + 1 }, () => dune) }),
    ).rejects.toThrow('at most 256')
    await expect(reader.call.books.import({ rows: [dune] })).rejects.toThrow('Only staff and admins')
    expect((await admin.call.books.list({})).items).toEqual([])
  })
})
