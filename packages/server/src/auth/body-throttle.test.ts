import { WAIT } from '@prebook/testing/bounds'
import { describe, expect, test, vi } from 'vitest'
import { hasReason, PrebookError } from '@prebook/core'
import { openStore } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { createBodyThrottle } from './body-throttle.ts'
import { createSigningKey } from './signing-key.ts'

const HOUR_MS = 3_600_000

describe.each(engines)('the throttle of refused bodies on $name', (engine) => {
  async function throttle(limit: number) {
    const database = await engine.create()
    const clock = { now: 1_000 }
    const create = (store = database.store) =>
      createBodyThrottle(store, () => clock.now, createSigningKey(store), limit)
    const bodies = create()
    /** How many of some refusals were within the limit. */
    const allowed = async (address: string, count: number, through = bodies) => {
      const outcomes = await Promise.allSettled(Array.from({ length: count }, () => through.refused(address)))
      const refusals = outcomes.filter((outcome) => outcome.status === 'rejected')
      expect(refusals.every(({ reason }) => hasReason(reason, 'RATE_LIMITED'))).toBe(true)
      return outcomes.filter(({ status }) => status === 'fulfilled').length
    }
    return { database, clock, create, allowed, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() }
  }

  test('allows exactly its limit, together or one by one, in an hour', async () => {
    await using shop = await throttle(5)
    expect(await shop.allowed('192.0.2.1', 3)).toBe(3)
    expect(await shop.allowed('192.0.2.1', 1)).toBe(1)
    expect(await shop.allowed('192.0.2.1', 4)).toBe(1)
    shop.clock.now += HOUR_MS - 1
    expect(await shop.allowed('192.0.2.1', 1)).toBe(0)
    shop.clock.now += 1
    expect(await shop.allowed('192.0.2.1', 6)).toBe(5)
  })

  test('does not outlast a clock that was ahead', async () => {
    await using shop = await throttle(2)
    shop.clock.now += 5 * HOUR_MS
    expect(await shop.allowed('192.0.2.1', 3)).toBe(2)
    shop.clock.now -= 5 * HOUR_MS
    expect(await shop.allowed('192.0.2.1', 3)).toBe(2)
  })

  test('counts networks apart, and an IPv6 /64 as one', async () => {
    await using shop = await throttle(2)
    expect(await shop.allowed('192.0.2.1', 3)).toBe(2)
    expect(await shop.allowed('192.0.2.2', 1)).toBe(1)
    expect(await shop.allowed('2001:db8::1', 1)).toBe(1)
    expect(await shop.allowed('2001:db8::ffff:2', 2)).toBe(1)
    expect(await shop.allowed('2001:db8:0:1::1', 1)).toBe(1)
  })

  test('says how long to wait', async () => {
    await using shop = await throttle(1)
    // The second waits until the first is counted.
    await shop.allowed('192.0.2.1', 2)
    shop.clock.now += 600_000
    // Other services know only what is in the store.
    const other = shop.create()
    expect(await shop.allowed('192.0.2.1', 1, other)).toBe(1)
    const refusal = await other.refused('192.0.2.1').catch((error: unknown) => error)
    expect(refusal).toMatchObject({ reason: 'RATE_LIMITED', retryAfterSeconds: 3_000 })
  })

  test('does not use the store over the limit', async () => {
    await using shop = await throttle(1)
    await shop.allowed('192.0.2.1', 2)
    const [reads, writes] = [vi.spyOn(shop.database.store, 'read'), vi.spyOn(shop.database.store, 'write')]
    expect(await shop.allowed('192.0.2.1', 20)).toBe(0)
    expect([reads.mock.calls, writes.mock.calls]).toEqual([[], []])
  })

  test('does not wait for a busy store', async () => {
    await using shop = await throttle(1)
    const held = Promise.withResolvers<void>()
    const write = vi.spyOn(shop.database.store, 'write').mockImplementation(async () => {
      await held.promise
      throw new PrebookError('STORE_BUSY')
    })
    await shop.create().refused('192.0.2.1')
    await vi.waitFor(() => expect(write).toHaveBeenCalledTimes(1), WAIT)
    held.resolve()
  })

  test('counts the refusals of other processes', async () => {
    await using shop = await throttle(3)
    const store = await openStore(shop.database.url)
    try {
      expect(await shop.allowed('192.0.2.1', 2)).toBe(2)
      // The second is counted after its answer.
      const countedTries = () =>
        store.read((reader) => reader.selectFrom('throttle_counts').select('tries').executeTakeFirst())
      await vi.waitFor(async () => expect(await countedTries()).toEqual({ tries: 2 }), WAIT)
      const other = shop.create(store)
      expect(await shop.allowed('192.0.2.1', 1, other)).toBe(1)
      expect(await shop.allowed('192.0.2.1', 1, other)).toBe(0)
    } finally {
      await store.close()
    }
  })
})
