import { describe, expect, test } from 'vitest'
import { updateUser } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { createServices } from '../../services.ts'
import { broadcastTo, collectLog, openMailShop, quick, settings, until } from '../../testing/mail-shop.ts'
import { startTestSmtp } from '../../testing/smtp-server.ts'
import { startMail } from '../start-mail.ts'

const WEEK_MS = 7 * 86_400_000

/** A reader whose address is not proven. */
async function openUnproven(engine: (typeof engines)[number]) {
  const shop = await openMailShop(engine)
  const { userId = 0, email = '' } = (await shop.wait(1)).waiting[0] ?? {}
  await shop.store.write((tx) => updateUser(tx, userId, { verified_at: null }))
  return { shop, userId, email }
}

describe.each(engines)('an unproven address on $name', (engine) => {
  test('gets no mail about its prebooks, but one mail a week to prove it', async () => {
    await using smtp = await startTestSmtp()
    const { shop, userId, email } = await openUnproven(engine)
    await using _ = shop
    await broadcastTo(shop, userId, 12)
    let now = Date.now()
    const services = createServices({
      store: shop.store,
      throttleLimits: { registrationsPerHour: 1, loginFailuresPerHour: 1 },
      now: () => now,
    })
    const mail = startMail(services, settings(smtp.url), collectLog(), quick)
    const first = await shop.settled(13)
    const skipped = first.filter(({ skip_reason }) => skip_reason === 'unverified')
    expect(skipped.map(({ kind }) => kind)).toEqual(Array.from({ length: 12 }, () => 'restock'))
    expect(first.filter(({ state }) => state === 'sent')).toMatchObject([
      { kind: 'verify', lane: 'bulk', user_id: userId },
    ])
    expect(smtp.arrived.map(({ to }) => to)).toEqual([[email]])

    now += WEEK_MS - 60_000
    await broadcastTo(shop, userId, 3)
    await shop.settled(16)
    expect(smtp.arrived).toHaveLength(1)
    now += 60_000
    await broadcastTo(shop, userId, 3)
    const last = await shop.settled(20)
    expect(last.filter(({ state }) => state === 'sent').map(({ kind }) => kind)).toEqual(['verify', 'verify'])
    expect(smtp.arrived).toHaveLength(2)
    await mail.stop(1_000)
  })

  test('gets mail once it is proven, and accounts that are proven always do', async () => {
    await using smtp = await startTestSmtp()
    const { shop, userId, email } = await openUnproven(engine)
    await using _ = shop
    await shop.store.write((tx) => updateUser(tx, userId, { verified_at: 1 }))
    await broadcastTo(shop, userId, 1)
    shop.start(settings(smtp.url))
    await shop.settled(1)
    expect(smtp.arrived.map(({ to }) => to)).toEqual([[email]])
    expect(await shop.deliveries()).toMatchObject([{ kind: 'restock', state: 'sent' }])
  })

  test('gets no mail at all when it opted out', async () => {
    await using smtp = await startTestSmtp()
    const { shop, userId } = await openUnproven(engine)
    await using _ = shop
    await shop.change(userId, { mail_opt_out: 1 })
    await broadcastTo(shop, userId, 2)
    shop.start(settings(smtp.url))
    expect((await shop.settled(2)).map(({ skip_reason }) => skip_reason)).toEqual(['opted-out', 'opted-out'])
    expect(smtp.arrived).toEqual([])
  })

  test('has its mail held without a mail server, and is asked for proof once there is one', async () => {
    await using smtp = await startTestSmtp()
    const { shop, userId } = await openUnproven(engine)
    await using _ = shop
    await broadcastTo(shop, userId, 1)
    const holding = shop.start(null)
    expect(await shop.settled(1)).toMatchObject([{ state: 'held' }])
    await holding.stop(1_000)
    await shop.store.write((tx) => tx.updateTable('deliveries').set({ state: 'pending' }).execute())
    shop.start(settings(smtp.url))
    await until('the proof mail arrives', () => (smtp.arrived.length > 0 ? true : undefined))
    expect((await shop.settled(2)).map(({ kind, state }) => `${kind} ${state}`).toSorted()).toEqual([
      'restock skipped',
      'verify sent',
    ])
  })
})
