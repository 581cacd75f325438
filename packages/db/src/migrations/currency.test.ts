import { describe, expect, test } from 'vitest'
import { openStore } from '../open-store.ts'
import { findInstallationValue } from '../queries/installation.ts'
import { engines } from '../testing/index.ts'
import { fillOldSchema } from '../testing/old-schema.ts'
import { SHOP_CURRENCY } from './0022-currency.ts'

const book = {
  title: 'Dune',
  author: 'Frank Herbert',
  isbn: null,
  price_cents: 1_999,
  description: null,
  stock_quantity: 0,
  search_text: 'dune frank herbert',
  created_at: 1,
  updated_at: 1,
}

describe.each(engines)('the migration of the currency on $name', (engine) => {
  test.each([
    [1, 'EUR'],
    [0, undefined],
  ])('of a database with %i books records %s', async (books, currency) => {
    await using database = await engine.createEmpty()
    await fillOldSchema(database.url, '0017-search-texts', async (db) => {
      for (let count = 0; count < books; count += 1) await db.insertInto('books').values(book).execute()
    })
    const store = await openStore(database.url)
    try {
      expect(await store.read((reader) => findInstallationValue(reader, SHOP_CURRENCY))).toBe(currency)
    } finally {
      await store.close()
    }
  })
})
