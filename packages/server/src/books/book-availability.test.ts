import { describe, expect, test } from 'vitest'
import { engines } from '@prebook/db/testing'
import { createTestServer } from '../testing/server.ts'

const [DUNE, MESSIAH, SOLARIS, UNKNOWN] = ['9780441013593', '9780593098233', '9780156027601', '9783161484100']
const NEXT_YEAR = new Date().getUTCFullYear() + 1

describe.each(engines)('the availability of books on $name', (engine) => {
  const openCatalogue = async () => {
    const server = await createTestServer(engine)
    const admin = await server.admin()
    const book = { author: 'Somebody', priceCents: 999 }
    await admin.call.books.create({ ...book, title: 'Dune', isbn: DUNE })
    await admin.call.books.create({ ...book, title: 'Dune Messiah', isbn: MESSIAH, stockQuantity: 2 })
    await admin.call.books.create({ ...book, title: 'Solaris', isbn: SOLARIS })
    return { server, admin, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
  }
  const nothing = { waiting: 0, expectedOn: null, expectedPrecision: null }
  const dune = { isbn: DUNE, bookId: 1, title: 'Dune' }

  test('says of each ISBN whether it can be bought or pre-booked, once and in their order', async () => {
    await using shop = await openCatalogue()
    const { server, admin } = shop
    await admin.call.books.withdraw({ bookId: 3 })
    await admin.call.books.expect({ bookId: 1, expectedOn: `${NEXT_YEAR}-03` })
    await (await server.reader()).call.prebooks.create({ bookId: 1 })
    const answer = await server
      .as()
      .books.availability({ isbn: [UNKNOWN, '0-593-09823-4', DUNE, '978-0-441-01359-3', SOLARIS] })
    expect(answer).toEqual({
      items: [
        { ...nothing, isbn: SOLARIS, availability: 'withdrawn', bookId: 3, title: 'Solaris' },
        {
          ...dune,
          availability: 'sold-out',
          waiting: 1,
          expectedOn: `${NEXT_YEAR}-03`,
          expectedPrecision: 'month',
        },
        { ...nothing, isbn: MESSIAH, availability: 'in-stock', bookId: 2, title: 'Dune Messiah' },
        { ...nothing, isbn: UNKNOWN, availability: 'unknown', bookId: null, title: null },
      ],
    })
    const reordered = [SOLARIS, DUNE, MESSIAH, UNKNOWN, UNKNOWN]
    for (const { call } of [admin, await server.reader()])
      expect(await call.books.availability({ isbn: reordered })).toEqual(answer)
  })

  test('follows the stock, and starts to count again when the book sells out', async () => {
    await using shop = await openCatalogue()
    const { server, admin } = shop
    const [ada, bob] = [await server.reader(), await server.reader()]
    const now = async () => (await server.as().books.availability({ isbn: [DUNE] })).items[0]
    await ada.call.prebooks.create({ bookId: 1 })
    const { id } = await bob.call.prebooks.create({ bookId: 1 })
    expect(await now()).toMatchObject({ availability: 'sold-out', waiting: 2 })
    await bob.call.prebooks.cancel({ prebookId: id })
    expect(await now()).toMatchObject({ availability: 'sold-out', waiting: 1 })
    await admin.call.stock.set({ bookId: 1, quantity: 1 })
    expect(await now()).toEqual({ ...nothing, ...dune, availability: 'in-stock' })
    // Withdrawn, it can still be bought until it is sold out.
    await admin.call.books.withdraw({ bookId: 1 })
    expect(await now()).toMatchObject({ availability: 'in-stock' })
    await admin.call.stock.set({ bookId: 1, quantity: 0 })
    expect(await now()).toEqual({ ...nothing, ...dune, availability: 'withdrawn' })
    await admin.call.books.reinstate({ bookId: 1 })
    expect(await now()).toEqual({ ...nothing, ...dune, availability: 'sold-out' })
  })

  test('shows no expected date that is past, nor one of a book in stock', async () => {
    await using shop = await openCatalogue()
    const { server, admin } = shop
    for (const bookId of [1, 2]) await admin.call.books.expect({ bookId, expectedOn: `${NEXT_YEAR}-03` })
    const isbn = [DUNE, MESSIAH]
    const dates = async () =>
      (await server.as().books.availability({ isbn })).items.map((item) => item.expectedOn)
    expect(await dates()).toEqual([`${NEXT_YEAR}-03`, null])
    await server.services.store.write((tx) =>
      tx.updateTable('books').set({ expected_on: '2020-03', expected_until: '2020-03-31' }).execute(),
    )
    expect(await dates()).toEqual([null, null])
  })

  test('counts up to 1,000 readers', async () => {
    await using shop = await openCatalogue()
    const { server, admin } = shop
    await admin.call.prebooks.create({ bookId: 1 })
    const waiting = async (count: number) => {
      await server.services.store.write((tx) =>
        tx.updateTable('waitlists').set({ waiting_count: count }).execute(),
      )
      return (await server.as().books.availability({ isbn: [DUNE] })).items[0]?.waiting
    }
    expect([await waiting(1_000), await waiting(1_001)]).toEqual([1_000, '1000+'])
  })

  test('is for 1 to 50 valid ISBNs', async () => {
    await using shop = await openCatalogue()
    const { books } = shop.server.as()
    const many = Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? DUNE : MESSIAH))
    expect((await books.availability({ isbn: many })).items).toHaveLength(2)
    for (const isbn of [[], [...many, DUNE], [DUNE, '9780441013594'], ['']])
      await expect(books.availability({ isbn })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })
})
