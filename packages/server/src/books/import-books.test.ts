import { describe, expect, test } from 'vitest'
import { engines } from '@prebook/db/testing'
import { createTestServer } from '../testing/server.ts'

const dune = { title: 'Dune', author: 'Frank Herbert', priceCents: 999, isbn: '9780441013593' }
const solaris = { title: 'Solaris', author: 'Stanisław Lem', priceCents: 1299, isbn: '9780156027601' }

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
    expect(outcomes).toEqual([
      { outcome: 'created', bookId: expect.any(Number), isbn: dune.isbn },
      {
        outcome: 'invalid',
        issues: [
          { path: 'priceCents', message: 'Must be at least 1 cent.' },
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

  test('a dry run returns the same outcomes and changes nothing', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    await admin.call.books.import({ rows: [dune] })
    const { id: bookId } = await admin.call.books.get({ isbn: dune.isbn })
    const { outcomes } = await admin.call.books.import({
      rows: [{ ...dune, title: 'Dune Messiah' }, solaris, solaris],
      dryRun: true,
    })
    expect(outcomes).toEqual([
      { outcome: 'updated', bookId, isbn: dune.isbn },
      { outcome: 'created', bookId: null, isbn: solaris.isbn },
      { outcome: 'unchanged', bookId: null, isbn: solaris.isbn },
    ])
    expect((await admin.call.books.list({})).items).toMatchObject([dune])
  })

  test('accepts at most a hundred rows, not from readers', async () => {
    await using server = await createTestServer(engine)
    const [admin, reader] = [await server.admin(), await server.reader()]
    await expect(admin.call.books.import({ rows: Array.from({ length: 101 }, () => dune) })).rejects.toThrow(
      'at most 100',
    )
    await expect(reader.call.books.import({ rows: [dune] })).rejects.toThrow('Only staff and admins')
    expect((await admin.call.books.list({})).items).toEqual([])
  })
})
