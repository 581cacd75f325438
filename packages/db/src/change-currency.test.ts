import { describe, expect, test } from 'vitest'
import { changeCurrency } from './change-currency.ts'
import { SHOP_CURRENCY } from './migrations/0022-currency.ts'
import { addInstallationValue, findInstallationValue } from './queries/installation.ts'
import { engines } from './testing/index.ts'
import { addBook } from './testing/rows.ts'

const MAX = Number.MAX_SAFE_INTEGER

describe.each(engines)('another currency for all prices on $name', (engine) => {
  async function shopIn(currency: string, prices: number[]) {
    const database = await engine.create()
    const { store } = database
    await store.write(async (tx) => {
      await addInstallationValue(tx, SHOP_CURRENCY, currency)
      for (const price_cents of prices) await addBook(tx, { price_cents, isbn: null })
    })
    return {
      change: (to: string) => store.write((tx) => changeCurrency(tx, to)),
      state: () =>
        store.read(async (reader) => ({
          currency: await findInstallationValue(reader, SHOP_CURRENCY),
          prices: (await reader.selectFrom('books').select('price_cents').orderBy('id').execute()).map(
            (book) => book.price_cents,
          ),
        })),
      [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
    }
  }

  test.each([
    ['EUR', 'USD', [1, 1_980, MAX], [1, 1_980, MAX]],
    ['EUR', 'JPY', [100, 198_000], [1, 1_980]],
    ['EUR', 'KWD', [1, 1_980], [10, 19_800]],
    ['JPY', 'EUR', [1_980, Math.floor(MAX / 100)], [198_000, Math.floor(MAX / 100) * 100]],
    ['KWD', 'JPY', [1_250_000], [1_250]],
  ] as const)('from %s to %s keeps what prices say', async (from, to, before, after) => {
    await using shop = await shopIn(from, [...before])
    expect(await shop.change(to)).toEqual({ before: from })
    expect(await shop.state()).toEqual({ currency: to, prices: after })
  })

  test.each([
    ['EUR', 'JPY', [100, 1_980], { bookId: 2, price: '19.80' }],
    ['JPY', 'EUR', [1, Math.floor(MAX / 100) + 1], { bookId: 2, price: '90071992547410' }],
    ['KWD', 'USD', [1_255], { bookId: 1, price: '1.255' }],
  ] as const)('from %s to %s changes nothing if a price does not fit', async (from, to, prices, misfit) => {
    await using shop = await shopIn(from, [...prices])
    expect(await shop.change(to)).toMatchObject({ before: from, misfit })
    expect(await shop.state()).toEqual({ currency: from, prices })
  })

  test('without a recorded one changes nothing', async () => {
    await using database = await engine.create()
    expect(await database.store.write((tx) => changeCurrency(tx, 'JPY'))).toEqual({ before: null })
    expect(
      await database.store.read((reader) => findInstallationValue(reader, SHOP_CURRENCY)),
    ).toBeUndefined()
  })
})
