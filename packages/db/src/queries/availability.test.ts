import { describe, expect, test } from 'vitest'
import { engines } from '../testing/index.ts'
import { addBook, addClosedWaitlist, addWaitlist } from '../testing/rows.ts'
import { findAvailability } from './availability.ts'

const [A, B, C, UNKNOWN] = ['9780441013593', '9780593098233', '9780156027601', '9783161484100']

describe.each(engines)('the availability of books on $name', (engine) => {
  test('is of each book once, with how many wait on its open waitlist', async () => {
    await using database = await engine.create()
    const { store } = database
    const ids = await store.write(async (tx) => {
      const waited = await addBook(tx, { isbn: A, title: 'Waited for', expected_on: '2027-03' })
      const stocked = await addBook(tx, { isbn: B, title: 'In stock', stock_quantity: 3, withdrawn_at: 7 })
      const sold = await addBook(tx, { isbn: C, title: 'Sold out' })
      await addBook(tx, { title: 'Another' })
      for (const book of [waited, stocked]) await addClosedWaitlist(tx, book, 5)
      await addWaitlist(tx, { book_id: waited, waiting_count: 2_000 })
      return { waited, stocked, sold }
    })
    const nothing = { withdrawn_at: null, expected_on: null, waiting_count: null, stock_quantity: 0 }
    const waited = { ...nothing, id: ids.waited, isbn: A, title: 'Waited for' }
    const stocked = { ...nothing, id: ids.stocked, isbn: B, title: 'In stock' }
    const rows = await store.read((reader) => findAvailability(reader, [UNKNOWN, B, A, C, A]))
    expect(rows.toSorted((one, other) => one.id - other.id)).toEqual([
      { ...waited, expected_on: '2027-03', waiting_count: 2_000 },
      { ...stocked, stock_quantity: 3, withdrawn_at: 7 },
      { ...nothing, id: ids.sold, isbn: C, title: 'Sold out' },
    ])
    expect(await store.read((reader) => findAvailability(reader, []))).toEqual([])
    expect(await store.read((reader) => findAvailability(reader, [UNKNOWN]))).toEqual([])
  })
})
