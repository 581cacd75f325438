import { describe, expect, test } from 'vitest'
import { insertUser, queueMail } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { createDeliveryQueue, type ClaimedDelivery } from './delivery-queue.ts'

const LEASE_MS = 30_000

describe.each(engines)('the delivery queue on $name', (engine) => {
  /** Two processes with one clock, and one delivery. */
  async function start() {
    const database = await engine.create()
    const { store } = database
    const clock = { now: 1_000_000 }
    const lost: ClaimedDelivery[] = []
    const create = () =>
      createDeliveryQueue({
        store,
        now: () => clock.now,
        leaseMs: LEASE_MS,
        onCompleted: () => {},
        onLost: (delivery) => void lost.push(delivery),
      })
    await store.write(async (tx) => {
      const user = { email: 'a@example.org', passwordHash: 'x', role: 'reader' as const, now: 1 }
      const added = await insertUser(tx, user)
      if (added === undefined) throw new Error('The address is taken.')
      await queueMail(tx, { kind: 'verify', dedupeKey: 'one', lane: 'now', userId: added.id, now: 1 })
    })
    const state = () =>
      store.read((reader) => reader.selectFrom('deliveries').select('state').executeTakeFirstOrThrow())
    return {
      database,
      clock,
      lost,
      create,
      state,
      [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
    }
  }

  test.each([2 * LEASE_MS, 5 * 3_600_000, -5 * 3_600_000])(
    'does not claim again what it is sending when %d ms pass at once',
    async (jump) => {
      await using shop = await start()
      const queue = shop.create()
      const delivery = await queue.completeAndClaim(null, 'now')
      expect(delivery).not.toBeNull()
      // The process was paused, or its clock was set.
      shop.clock.now += jump
      expect(await queue.completeAndClaim(null, 'now')).toBeNull()
      if (delivery === null) return
      await queue.completeAndClaim({ delivery, outcome: { state: 'sent', at: shop.clock.now } }, null)
      expect([await shop.state(), shop.lost]).toEqual([{ state: 'sent' }, []])
    },
  )

  test('gives up a lease to another process once it has ended, and then its outcome does not count', async () => {
    await using shop = await start()
    const [paused, other] = [shop.create(), shop.create()]
    const delivery = await paused.completeAndClaim(null, 'now')
    shop.clock.now += LEASE_MS - 1
    expect(await other.completeAndClaim(null, 'now')).toBeNull()
    shop.clock.now += 1
    expect(await other.completeAndClaim(null, 'now')).toMatchObject({ id: delivery?.id })
    expect(await paused.completeAndClaim(null, 'now')).toBeNull()
    if (delivery === null) return
    await paused.completeAndClaim({ delivery, outcome: { state: 'sent', at: shop.clock.now } }, null)
    expect([await shop.state(), shop.lost]).toEqual([{ state: 'sending' }, [delivery]])
  })
})
