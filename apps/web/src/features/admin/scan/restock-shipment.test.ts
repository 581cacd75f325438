import { createFakePrebook } from '@prebook/client/testing'
import { isbnOf } from '@prebook/testing/isbn'
import { describe, expect, test } from 'vitest'
import { previewShipment, restockShipment } from './restock-shipment.ts'
import type { ScannedLine } from './shipment.ts'

const lineOf = (number: number, copies: number): ScannedLine => ({
  code: isbnOf(number),
  kind: 'isbn',
  copies,
})

/** A shop with some sold-out books; two readers wait for each of the first two. */
async function openShop(books: number) {
  const fake = createFakePrebook({
    books: Array.from({ length: books }, (_, number) => ({ title: `Book ${number}`, isbn: isbnOf(number) })),
  })
  for (const reader of ['ada', 'bob']) {
    const client = fake.signIn(`${reader}@readers.example`)
    for (const bookId of [1, 2]) await client.prebooks.create.mutate({ bookId })
  }
  const stockOf = async (number: number) =>
    (await fake.reader.books.get.query({ isbn: isbnOf(number) })).stockQuantity
  return { fake, stockOf }
}

describe('a delivery', () => {
  test('is previewed without any change: what comes back, most waiting readers first, and what is refused', async () => {
    const { fake, stockOf } = await openShop(3)
    const lines = [lineOf(2, 1), lineOf(1, 3), lineOf(9, 1)]
    expect(await previewShipment(fake.staff, lines)).toEqual({
      restocks: [
        { code: isbnOf(1), quantityAfter: 3, wouldNotify: 2 },
        { code: isbnOf(2), quantityAfter: 1, wouldNotify: 0 },
      ],
      wouldNotify: 2,
      refused: [{ code: isbnOf(9), message: 'Book not found.' }],
    })
    expect(await stockOf(1)).toBe(0)
  })

  test('notifies the readers once, although its answer is lost and it is sent again', async () => {
    const { fake, stockOf } = await openShop(3)
    const staff = fake.signIn('staff@example.org')
    const sending = { key: 'a-delivery', lines: [lineOf(0, 5), lineOf(1, 2)], note: 'Box 7' }
    fake.failNext({ procedure: 'stock.batch', reason: 'answer-lost', times: 3 })
    await expect(restockShipment(staff, sending)).rejects.toBeInstanceOf(Error)
    expect(await stockOf(0)).toBe(5)
    expect(await restockShipment(staff, sending)).toEqual({ titles: 2, copies: 7, notified: 4, refused: [] })
    expect(await stockOf(0)).toBe(5)
    const history = await fake.admin.stock.history.query({ bookId: 1 })
    expect(history.items).toMatchObject([{ delta: 5, note: 'Box 7' }])
  })

  test('of more titles than a request takes is sent in parts, and a refused part comes back', async () => {
    const { fake, stockOf } = await openShop(502)
    const lines = Array.from({ length: 502 }, (_, number) => lineOf(number, 1))
    const restocked = await restockShipment(fake.staff, { key: 'large', lines, note: null })
    expect(restocked).toEqual({ titles: 502, copies: 502, notified: 4, refused: [] })
    expect(await stockOf(501)).toBe(1)

    // The second part has other lines under the same key.
    const changed = [...lines.slice(0, 501), lineOf(501, 2)]
    expect(await restockShipment(fake.staff, { key: 'large', lines: changed, note: null })).toMatchObject({
      titles: 500,
      copies: 500,
      notified: 4,
      refused: [{ code: isbnOf(500) }, { code: isbnOf(501) }],
    })
    expect(await stockOf(501)).toBe(1)
  })
})
