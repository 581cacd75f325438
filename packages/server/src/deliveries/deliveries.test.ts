import { describe, expect, test } from 'vitest'
import {
  claimDeliveries,
  concludeDelivery,
  listDeliveryIds,
  queueMail,
  type DeliveryOutcome,
} from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { dispatchDeliveries } from '../mail/outbox/dispatcher.ts'
import { createTestServer } from '../testing/server.ts'
import { startMail } from '../mail/start-mail.ts'
import { collectLog, quick, settings, shopOn, until } from '../testing/mail-shop.ts'
import { startTestSmtp } from '../testing/smtp-server.ts'

/** A server with an admin; `restocked` creates a book whose deliveries have the given outcomes. */
async function createFixture(engine: (typeof engines)[number]) {
  const server = await createTestServer(engine)
  const { services } = server
  const shop = shopOn(services)
  const admin = await server.admin()
  const restocked = async (people: number, outcomes: DeliveryOutcome[]) => {
    const { bookId } = await shop.wait(people)
    await shop.restock(bookId)
    await dispatchDeliveries(services, { stopped: () => false, written: () => {} })
    await services.store.write(async (tx) => {
      const now = services.now()
      const claimed = await claimDeliveries(tx, {
        lane: 'bulk',
        limit: outcomes.length,
        token: 't',
        now,
        leaseMs: 60_000,
      })
      const ids = claimed.map(({ id }) => id).toSorted((a, b) => a - b)
      for (const [index, outcome] of outcomes.entries())
        await concludeDelivery(tx, { id: ids[index] ?? 0, kind: 'restock', token: 't' }, outcome)
    })
    return bookId
  }
  return { server, services, shop, call: admin.call, restocked }
}

describe.each(engines)('deliveries on $name', (engine) => {
  test('are listed with recipient, state and reason', async () => {
    const fixture = await createFixture(engine)
    await using _ = fixture.server
    const bookId = await fixture.restocked(4, [
      { state: 'sent', at: 1_000 },
      { state: 'failed', error: '550 no' },
      { state: 'skipped', reason: 'opted-out' },
    ])
    const { items, nextCursor } = await fixture.call.deliveries.list({})
    expect(nextCursor).toBeNull()
    expect(items.map(({ state }) => state)).toEqual(['pending', 'skipped', 'failed', 'sent'])
    expect(items[3]).toEqual({
      id: expect.any(Number),
      kind: 'restock',
      addressSuppressed: false,
      prebookId: expect.any(Number),
      bookId,
      bookTitle: 'Dune',
      userId: expect.any(Number),
      email: expect.stringMatching(/^reader-\d+-0-\d+@example\.org$/),
      state: 'sent',
      attempts: 1,
      queuedAt: expect.stringMatching(/Z$/),
      nextAttemptAt: null,
      skipReason: null,
      lastError: null,
      sentAt: '1970-01-01T00:00:01.000Z',
    })
    expect(items[2]).toMatchObject({ lastError: '550 no', attempts: 1 })
    expect(items[1]).toMatchObject({ skipReason: 'opted-out', attempts: 0 })
    expect(items[0]).toMatchObject({ nextAttemptAt: items[0]?.queuedAt })

    const other = await fixture.restocked(1, [])
    const list = async (input: Parameters<typeof fixture.call.deliveries.list>[0]) =>
      (await fixture.call.deliveries.list(input)).items
    expect(await list({ bookId: other })).toHaveLength(1)
    expect(await list({ bookId, state: 'failed' })).toHaveLength(1)
    expect(await list({ bookId: 999_999 })).toEqual([])
    const first = await fixture.call.deliveries.list({ limit: 2 })
    const rest = await fixture.call.deliveries.list({ limit: 3, cursor: first.nextCursor })
    const ids = [...first.items, ...rest.items].map(({ id }) => id)
    expect(ids).toEqual(ids.toSorted((a, b) => b - a))
    expect(new Set(ids).size).toBe(5)
  })

  test('about accounts are listed with their recipient', async () => {
    const fixture = await createFixture(engine)
    await using _ = fixture.server
    const { services, call } = fixture
    const { userId = 0, email } = (await fixture.shop.wait(1)).waiting[0] ?? {}
    await services.store.write(async (tx) => {
      const mail = { lane: 'now', userId, now: services.now() } as const
      await queueMail(tx, { ...mail, kind: 'reset', dedupeKey: 'reset:1' })
      await queueMail(tx, {
        ...mail,
        kind: 'change-email',
        dedupeKey: 'change:1',
        recipient: 'new@example.org',
      })
    })
    const account = { bookId: null, bookTitle: null, prebookId: null, userId, addressSuppressed: false }
    expect((await call.deliveries.list({})).items).toMatchObject([
      { kind: 'change-email', email: 'new@example.org', ...account },
      { kind: 'reset', email, ...account },
    ])
  })

  test('show that their address is suppressed until an admin lifts that', async () => {
    const fixture = await createFixture(engine)
    await using _ = fixture.server
    const { call } = fixture
    const bookId = await fixture.restocked(2, [])
    const { items } = await call.deliveries.list({ bookId })
    const [other, refused] = items
    await fixture.services.store.write((tx) =>
      tx
        .insertInto('refusals')
        .values({ email: refused?.email ?? '', delivery_id: refused?.id ?? 0, permanent: 1, refused_at: 1 })
        .execute(),
    )
    const suppressed = async () =>
      (await call.deliveries.list({ bookId })).items.map(({ addressSuppressed }) => addressSuppressed)
    expect(await suppressed()).toEqual([false, true])
    const lift = (deliveryId = 0) => call.deliveries.liftSuppression({ deliveryId })
    expect(await lift(other?.id)).toEqual({ lifted: false })
    expect(await lift(refused?.id)).toEqual({ lifted: true })
    expect(await lift(refused?.id)).toEqual({ lifted: false })
    expect(await suppressed()).toEqual([false, false])
    await expect(lift(999_999)).rejects.toMatchObject({ cause: { reason: 'DELIVERY_NOT_FOUND' } })
  })

  test('that failed or were held can be redriven: one by id, or all of a state, of one book or of all books', async () => {
    const fixture = await createFixture(engine)
    await using _ = fixture.server
    const bookId = await fixture.restocked(4, [
      { state: 'sent', at: 1_000 },
      { state: 'failed', error: '550 no' },
      { state: 'failed', error: '550 no' },
      { state: 'held' },
    ])
    const other = await fixture.restocked(1, [{ state: 'failed', error: '550 no' }])
    const states = async () =>
      (await fixture.call.deliveries.list({})).items.map(({ state }) => state).toReversed()
    const failed = await fixture.call.deliveries.list({ state: 'failed', bookId })

    const one = await fixture.call.deliveries.redrive({ deliveryId: failed.items[1]?.id ?? 0 })
    expect(one).toEqual({ redriven: 1, nextCursor: null })
    expect(await states()).toEqual(['sent', 'pending', 'failed', 'held', 'failed'])
    expect(await fixture.call.deliveries.redrive({ state: 'failed', bookId: other })).toEqual({
      redriven: 1,
      nextCursor: null,
    })
    expect(await fixture.call.deliveries.redrive({ state: 'held', bookId })).toMatchObject({ redriven: 1 })
    expect(await fixture.call.deliveries.redrive({ state: 'failed' })).toMatchObject({ redriven: 1 })
    expect(await states()).toEqual(['sent', 'pending', 'pending', 'pending', 'pending'])
    const { items } = await fixture.call.deliveries.list({ state: 'pending' })
    expect(items.every(({ attempts }) => attempts === 0)).toBe(true)
  })

  test('are redriven in bounded batches, each once, even if they fail again meanwhile', async () => {
    const fixture = await createFixture(engine)
    await using _ = fixture.server
    await fixture.restocked(
      520,
      Array.from({ length: 520 }, () => ({ state: 'held' as const })),
    )
    const first = await fixture.call.deliveries.redrive({ state: 'held' })
    expect(first).toEqual({ redriven: 500, nextCursor: expect.any(String) })
    await fixture.services.store.write(async (tx) => {
      const ids = await listDeliveryIds(tx, { state: 'pending', bookId: undefined, afterId: 0, limit: 1_000 })
      await tx.updateTable('deliveries').set({ state: 'held' }).where('id', 'in', ids).execute()
    })
    const second = await fixture.call.deliveries.redrive({ state: 'held', cursor: first.nextCursor })
    expect(second).toEqual({ redriven: 20, nextCursor: null })
  })

  test('that were sent, skipped or are pending cannot be redriven, nor can an unknown delivery', async () => {
    const fixture = await createFixture(engine)
    await using _ = fixture.server
    await fixture.restocked(3, [
      { state: 'sent', at: 1_000 },
      { state: 'skipped', reason: 'cancelled' },
    ])
    const before = await fixture.call.deliveries.list({})
    for (const { id } of before.items) {
      await expect(fixture.call.deliveries.redrive({ deliveryId: id })).rejects.toMatchObject({
        cause: { reason: 'DELIVERY_NOT_REDRIVABLE' },
      })
    }
    await expect(fixture.call.deliveries.redrive({ deliveryId: 999_999 })).rejects.toMatchObject({
      cause: { reason: 'DELIVERY_NOT_FOUND' },
    })
    await expect(fixture.call.deliveries.redrive({ state: 'held', cursor: 'x' })).rejects.toMatchObject({
      cause: { reason: 'VALIDATION_ERROR' },
    })
    expect(await fixture.call.deliveries.list({})).toEqual(before)
  })

  test('that are redriven are sent immediately, not at the next poll', async () => {
    await using smtp = await startTestSmtp()
    const fixture = await createFixture(engine)
    await using _ = fixture.server
    await fixture.restocked(2, [{ state: 'failed', error: '550 no' }])
    const mail = startMail(fixture.services, settings(smtp.url), collectLog(), {
      ...quick,
      pollEveryMs: 600_000,
    })
    // The pending one goes out first. After that only a signal makes the worker poll in time.
    await until('one is sent', async () => ((await mail.figures()).sent === 1 ? true : undefined))
    await fixture.call.deliveries.redrive({ state: 'failed' })
    await until('both are sent', async () => ((await mail.figures()).sent === 2 ? true : undefined))
    await mail.stop(1_000)
    expect(smtp.arrived).toHaveLength(2)
  })

  test('are for admins only', async () => {
    const fixture = await createFixture(engine)
    await using _ = fixture.server
    const reader = await fixture.server.reader()
    const forbidden = { cause: { reason: 'AUTH_FORBIDDEN' } }
    await expect(reader.call.deliveries.list({})).rejects.toMatchObject(forbidden)
    await expect(reader.call.deliveries.redrive({ state: 'failed' })).rejects.toMatchObject(forbidden)
    await expect(fixture.server.as().deliveries.list({})).rejects.toMatchObject({
      cause: { reason: 'AUTH_REQUIRED' },
    })
  })
})
