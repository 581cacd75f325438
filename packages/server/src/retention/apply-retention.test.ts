import { describe, expect, test } from 'vitest'
import { retention } from '@prebook/core'
import { CLEAR_BATCH_ROWS, insertStockRequest, queueMail, type Store } from '@prebook/db'
import { engines, type TestEngine } from '@prebook/db/testing'
import { dispatchDeliveries } from '../mail/outbox/dispatcher.ts'
import { withMail } from '../testing/mailed-links.ts'
import { createTestServer } from '../testing/server.ts'
import { addBook } from '../testing/watcher.ts'
import { newWish, wishToken } from '../testing/wishes.ts'
import { applyRetention } from './apply-retention.ts'

const DAY_MS = 86_400_000
const CENTURY_DAYS = 36_500
const DELIVERY_DAYS = 365

/** A server with a clock, on which a link to a new address expires and a restock is mailed. */
async function openOldShop(engine: TestEngine) {
  // In whole seconds, like the end of a link.
  const start = Math.floor(Date.now() / 1_000) * 1_000
  let time = start
  const server = await createTestServer(engine, () => time, withMail)
  const { services } = server
  const [admin, reader] = [await server.admin(), await server.reader()]
  const bookId = await addBook(admin)
  await reader.call.prebooks.create({ bookId })
  const restock = { bookId, quantity: 5, idempotencyKey: 'restock' }
  const restocked = await admin.call.stock.set(restock)
  const dispatch = async () => {
    let written = 0
    await dispatchDeliveries(services, { stopped: () => false, written: (rows) => void (written += rows) })
    return written
  }
  await dispatch()
  return {
    server,
    start,
    admin,
    bookId,
    restock,
    restocked,
    dispatch,
    setDeliveries: (state: 'sent' | 'held') =>
      services.store.write((tx) => tx.updateTable('deliveries').set({ state }).execute()),
    /** Applies the retention some time after the start, and returns what was deleted. */
    async applyAt(days: number, ms = 0, options: { signal?: AbortSignal; deliveryDays?: number } = {}) {
      time = start + days * DAY_MS + ms
      const rows: Record<string, number> = {}
      await applyRetention(services, {
        deliveryDays: DELIVERY_DAYS,
        ...options,
        deleted: (what, count) => void (rows[what] = count),
      })
      return rows
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** Every row of the tables, except the tables named. */
async function rowsOf(store: Store, except: string[] = []): Promise<Record<string, unknown[]>> {
  return store.write(async (tx) => {
    const tables = (await tx.introspection.getTables()).map(({ name }) => name as 'users')
    const rows: Record<string, unknown[]> = {}
    for (const table of tables.filter((name) => !except.includes(name)))
      rows[table] = await tx.selectFrom(table).selectAll().execute()
    return rows
  })
}

describe.each(engines)('the retention on $name', (engine) => {
  test('keeps the response to a stock change for its days, then its key counts as new', async () => {
    await using shop = await openOldShop(engine)
    const { admin, bookId, restock, restocked } = shop
    await admin.call.stock.set({ bookId, quantity: 1 })
    expect(await shop.applyAt(retention.stockRequests, -1)).not.toHaveProperty('stock requests')
    expect(await admin.call.stock.set(restock)).toEqual(restocked)
    expect(await shop.applyAt(retention.stockRequests)).toMatchObject({ 'stock requests': 1 })
    expect((await admin.call.stock.set(restock)).movement).toMatchObject({ delta: 4, quantityAfter: 5 })
  })

  test('keeps other responses with a key for their days', async () => {
    await using shop = await openOldShop(engine)
    const { server, admin } = shop
    await server.keyed(admin.token, 'k').books.create({ title: 'Keyed', author: 'A', priceCents: 1 })
    expect(await shop.applyAt(retention.keptAnswers, -1)).not.toHaveProperty('kept answers')
    expect(await shop.applyAt(retention.keptAnswers)).toMatchObject({ 'kept answers': 1 })
  })

  test('keeps the hash of a wish until its link expires', async () => {
    await using shop = await openOldShop(engine)
    const { server, admin, start } = shop
    const wish = newWish(await addBook(admin), { expiresAt: start + 7 * DAY_MS })
    await server.as().prebooks.confirm({ token: wishToken(wish) })
    expect(await shop.applyAt(7, -1)).not.toHaveProperty('used wishes')
    expect(await shop.applyAt(7)).toMatchObject({ 'used wishes': 1 })
    const tables = await rowsOf(server.services.store)
    expect(tables).toMatchObject({ used_wishes: [], consents: [{ locale: 'en' }] })
    await expect(server.as().prebooks.confirm({ token: wishToken(wish) })).rejects.toMatchObject({
      cause: { reason: 'AUTH_LINK_INVALID' },
    })
  })

  test('keeps settled e-mails for their days, and they are not mailed again', async () => {
    await using shop = await openOldShop(engine)
    const { admin } = shop
    await shop.setDeliveries('sent')
    expect(await shop.applyAt(DELIVERY_DAYS, -1)).not.toHaveProperty('deliveries')
    const { items } = await admin.call.deliveries.list({})
    expect(items.map(({ kind }) => kind)).toEqual(['restock', 'verify'])
    expect(await shop.applyAt(DELIVERY_DAYS)).toMatchObject({ deliveries: 2 })
    expect((await admin.call.deliveries.list({})).items).toEqual([])
    expect(await shop.dispatch()).toBe(0)
  })

  test('keeps e-mails for as long as the shop sets', async () => {
    await using shop = await openOldShop(engine)
    await shop.setDeliveries('sent')
    expect(await shop.applyAt(CENTURY_DAYS, -1, { deliveryDays: CENTURY_DAYS })).not.toHaveProperty(
      'deliveries',
    )
    expect(await shop.applyAt(1, 0, { deliveryDays: 1 })).toMatchObject({ deliveries: 2 })
  })

  test('removes the content of a link after its expiry, and the next one is another link', async () => {
    await using shop = await openOldShop(engine)
    const { store } = shop.server.services
    const links = async () => (await rowsOf(store))['account_links']
    const [link] = (await links()) as [{ generation: number; expires_at: number }]
    await store.write((tx) => tx.updateTable('account_links').set({ email: 'new@example.org' }).execute())
    // The link is valid for seven days.
    const goes = 7 + retention.expiredLinks
    expect(await shop.applyAt(goes, -1)).not.toHaveProperty('account links')
    expect(await links()).toMatchObject([{ ...link, email: 'new@example.org' }])
    expect(await shop.applyAt(goes)).toMatchObject({ 'account links': 1 })
    expect(await links()).toMatchObject([{ generation: link.generation, expires_at: 0, email: null }])
  })

  test('keeps everything else, and e-mails that are not settled', async () => {
    await using shop = await openOldShop(engine)
    const { store } = shop.server.services
    await shop.setDeliveries('held')
    const limited = ['throttle_counts', 'account_links', 'stock_requests']
    const before = await rowsOf(store, limited)
    expect(Object.keys(before)).toEqual(expect.arrayContaining(['audit_entries', 'deliveries', 'prebooks']))
    await shop.applyAt(CENTURY_DAYS)
    expect(await rowsOf(store, limited)).toEqual(before)
  })

  test('continues after a failure between two batches, and after a stop', async () => {
    await using shop = await openOldShop(engine)
    const { store } = shop.server.services
    const many = 3 * CLEAR_BATCH_ROWS
    await store.write(async (tx) => {
      const request = { actor: { userId: shop.admin.id }, requestHash: 'h', answer: '{}' }
      for (let count = 0; count < many; count += 1)
        await insertStockRequest(tx, { ...request, key: `k${count}` }, 1)
    })
    const left = () =>
      store.read(
        async (reader) => (await reader.selectFrom('stock_requests').select('actor_id').execute()).length,
      )
    const write = store.write.bind(store)
    /** Calls a function after each batch of stock requests. */
    const afterBatch = (then: () => void) => {
      store.write = async (work, eventFor) => {
        const before = await left()
        const result = await write(work, eventFor)
        if ((await left()) < before) then()
        return result
      }
    }
    afterBatch(() => {
      throw new Error('killed')
    })
    await expect(shop.applyAt(retention.stockRequests)).rejects.toThrow('killed')
    store.write = write
    expect(await left()).toBe(many + 1 - CLEAR_BATCH_ROWS)

    const stopping = new AbortController()
    afterBatch(() => stopping.abort())
    expect(await shop.applyAt(retention.stockRequests, 0, { signal: stopping.signal })).toEqual({
      'stock requests': CLEAR_BATCH_ROWS,
    })
    store.write = write
    expect(await left()).toBe(many + 1 - 2 * CLEAR_BATCH_ROWS)

    expect(await shop.applyAt(retention.stockRequests)).toEqual({ 'stock requests': CLEAR_BATCH_ROWS + 1 })
    expect(await left()).toBe(0)
  })

  test('deletes each lane and state of e-mails, in as many batches as there are', async () => {
    await using shop = await openOldShop(engine)
    const { store } = shop.server.services
    await shop.setDeliveries('held')
    await store.write(async (tx) => {
      for (const lane of ['now', 'bulk'] as const)
        for (let count = 0; count < CLEAR_BATCH_ROWS + 10; count += 1)
          await queueMail(tx, { kind: 'reset', lane, userId: null, dedupeKey: `${lane} ${count}`, now: 1 })
      for (const state of ['sent', 'skipped', 'failed'] as const)
        await tx
          .updateTable('deliveries')
          .set({ state })
          .where('dedupe_key', 'like', `%${{ sent: 0, skipped: 1, failed: 2 }[state]}`)
          .execute()
      await tx.updateTable('deliveries').set({ state: 'sent' }).where('state', '=', 'pending').execute()
    })
    expect(await shop.applyAt(1)).toMatchObject({ deliveries: 2 * CLEAR_BATCH_ROWS + 20 })
    expect((await rowsOf(store))['deliveries']).toHaveLength(2)
  })
})
