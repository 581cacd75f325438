import { describe, expect, test } from 'vitest'
import { deleteSuppressions } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { broadcastTo, openMailShop, quick, settings, until } from '../../testing/mail-shop.ts'
import { startTestSmtp, type TestSmtp } from '../../testing/smtp-server.ts'

/** Counts the tries at an address. */
function countTries(smtp: TestSmtp, address: string, behaviour: TestSmtp['behaviour']) {
  const tries = { count: 0 }
  smtp.behaviour = (to) => {
    if (to !== address) return 'accept'
    tries.count += 1
    return behaviour(to)
  }
  return tries
}

const gone = { at: 'rcpt', code: 550, text: '5.1.1 No such user' } as const
const full = { at: 'rcpt', code: 452, text: '4.2.2 Mailbox full' } as const

async function openReader(engine: (typeof engines)[number]) {
  const shop = await openMailShop(engine)
  const { userId = 0, email = '' } = (await shop.wait(1)).waiting[0] ?? {}
  return { shop, userId, email }
}

describe.each(engines)('an address on $name', (engine) => {
  test('that does not exist is tried once, not for each of six broadcasts', async () => {
    await using smtp = await startTestSmtp()
    const { shop, userId, email } = await openReader(engine)
    await using _ = shop
    const tries = countTries(smtp, email, () => gone)
    await broadcastTo(shop, userId, 6)
    shop.start(settings(smtp.url, { parallel: 6 }))
    const rows = await shop.settled(6)
    expect(rows.filter(({ state }) => state === 'failed')).toHaveLength(1)
    expect(rows.filter(({ skip_reason }) => skip_reason === 'address-refused')).toHaveLength(5)
    expect(tries.count).toBe(1)
    // The address of the account changes.
    await shop.store.write((tx) =>
      tx.updateTable('users').set({ email: 'other@example.org' }).where('id', '=', userId).execute(),
    )
    await broadcastTo(shop, userId, 1)
    expect((await shop.settled(7)).at(-1)).toMatchObject({ state: 'sent' })
  })

  test('that refuses five different mails for now is not tried again', async () => {
    await using smtp = await startTestSmtp()
    const { shop, userId, email } = await openReader(engine)
    await using _ = shop
    countTries(smtp, email, () => full)
    shop.start(settings(smtp.url, { tries: 2 }))
    // Each mail is tried twice, and counts once.
    await broadcastTo(shop, userId, 4)
    await shop.settled(4)
    await broadcastTo(shop, userId, 2)
    const rows = await shop.settled(6)
    expect(rows.slice(0, 4).map(({ state }) => state)).toEqual(['failed', 'failed', 'failed', 'failed'])
    expect(rows.slice(4).map(({ skip_reason }) => skip_reason)).toEqual([
      'address-refused',
      'address-refused',
    ])
  })

  test('that accepts a mail in between starts from the beginning', async () => {
    await using smtp = await startTestSmtp()
    const { shop, userId, email } = await openReader(engine)
    await using _ = shop
    countTries(smtp, email, () => full)
    shop.start(settings(smtp.url, { tries: 1 }), quick)
    await broadcastTo(shop, userId, 4)
    await shop.settled(4)
    smtp.behaviour = () => 'accept'
    await broadcastTo(shop, userId, 1)
    await shop.settled(5)
    smtp.behaviour = () => full
    await broadcastTo(shop, userId, 4)
    const rows = await shop.settled(9)
    expect(rows.map(({ state }) => state)).toEqual([
      ...Array.from({ length: 4 }, () => 'failed'),
      'sent',
      ...Array.from({ length: 4 }, () => 'failed'),
    ])
  })

  test('gets mail again after an admin lifts the suppression', async () => {
    await using smtp = await startTestSmtp()
    const { shop, userId, email } = await openReader(engine)
    await using _ = shop
    countTries(smtp, email, () => gone)
    const mail = shop.start(settings(smtp.url))
    await broadcastTo(shop, userId, 2)
    await shop.settled(2)
    expect(await shop.store.write((tx) => deleteSuppressions(tx, email))).toBe(true)
    expect(await shop.store.write((tx) => deleteSuppressions(tx, email))).toBe(false)
    smtp.behaviour = () => 'accept'
    await broadcastTo(shop, userId, 1)
    expect((await shop.settled(3)).at(-1)).toMatchObject({ state: 'sent' })
    await until('it is counted', async () => ((await mail.figures()).sent === 1 ? true : undefined))
  })
})
