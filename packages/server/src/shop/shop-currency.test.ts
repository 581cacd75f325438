import { describe, expect, test } from 'vitest'
import { openStore, StoreOpenError } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { createTestServer, joinTestServer } from '../testing/server.ts'
import { checkCurrency, createShopCurrency } from './shop-currency.ts'

const MAX = Number.MAX_SAFE_INTEGER
const book = { title: 'Dune', author: 'Frank Herbert', priceCents: 1_980 }

describe.each(engines)('the currency of the shop on $name', (engine) => {
  const serve = (currency: string) => createTestServer(engine, Date.now, { currency })
  const join = (url: string, currency: string) =>
    joinTestServer(url, (address) => openStore(address, { lockWaitMs: 25_000 }), Date.now, { currency })

  test.each(['EUR', 'JPY', 'KWD'])(
    '%s is named by each book, with prices up to 2^53 − 1',
    async (currency) => {
      await using server = await serve(currency)
      const admin = await server.admin()
      expect(await server.as().shop.get()).toEqual({ currency, timeZone: 'UTC' })
      const created = await admin.call.books.create({ ...book, priceCents: MAX })
      expect(created).toMatchObject({ priceCents: MAX, currency })
      const bookId = created.id
      expect(await admin.call.books.update({ bookId, priceCents: MAX - 1 })).toMatchObject({ currency })
      const rows = [{ ...book, isbn: '9780441013593', priceCents: MAX }]
      await admin.call.books.import({ rows })
      expect((await admin.call.stock.set({ bookId, quantity: 2 })).book).toMatchObject({ currency })
      expect((await server.as().books.list()).items).toMatchObject([
        { priceCents: MAX - 1, currency },
        { priceCents: MAX, currency },
      ])
      await expect(admin.call.books.create({ ...book, priceCents: MAX + 1 })).rejects.toThrow('priceCents')
    },
  )

  test('may change while there is no book, and not after', async () => {
    await using server = await serve('EUR')
    const { store } = server.services
    const check = (code: string) => checkCurrency(store, createShopCurrency(store, code))
    await check('JPY')
    await check('EUR')
    await (await server.admin()).call.books.create(book)
    await check('EUR')
    await expect(check('JPY')).rejects.toThrow(
      new StoreOpenError(
        'The prices in the database are in EUR, but CURRENCY is JPY: set CURRENCY to EUR, or, if the prices are really in JPY, stop every process and run `pnpm database:currency JPY`.',
      ),
    )
  })

  test('is recorded at the start if there are books without one', async () => {
    await using server = await serve('EUR')
    const { store } = server.services
    await (await server.admin()).call.books.create(book)
    await store.write(async (tx) => void (await tx.deleteFrom('installation').execute()))
    await checkCurrency(store, createShopCurrency(store, 'CHF'))
    await expect(checkCurrency(store, createShopCurrency(store, 'EUR'))).rejects.toThrow('are in CHF')
  })

  test('of two processes with different ones, only the first to add a book goes on', async () => {
    await using one = await serve('EUR')
    await using two = await join(one.url, 'JPY')
    const servers = [one, two]
    const admins = [await one.admin(), await two.admin()]
    // Both work before there is a price.
    for (const server of servers) expect((await server.as().books.list()).items).toEqual([])
    const added = await Promise.allSettled(
      admins.map(({ call }, number) => call.books.create({ ...book, title: `Book ${number}` })),
    )
    expect(added.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const winner = added.findIndex(({ status }) => status === 'fulfilled')
    const { items } = await (servers[winner] ?? one).as().books.list()
    expect(items).toMatchObject([{ title: `Book ${winner}`, currency: ['EUR', 'JPY'][winner] }])
    // It would show the prices in the wrong currency.
    const loser = servers[1 - winner]
    await expect(loser?.as().books.list()).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR' })
    await expect(loser?.as().books.get({ bookId: items[0]?.id ?? 0 })).rejects.toThrow(
      'The prices in the database are in',
    )
  })

  test('keeps an import out of a database in another one', async () => {
    await using one = await serve('EUR')
    await using two = await join(one.url, 'JPY')
    const admin = await two.admin()
    await (await one.admin()).call.books.create(book)
    const rows = [{ ...book, isbn: '9780441013593' }]
    await expect(admin.call.books.import({ rows })).rejects.toThrow('The prices in the database are in')
    expect((await one.as().books.list()).items).toHaveLength(1)
  })
})
