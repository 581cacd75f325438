import { describe, expect, test, vi } from 'vitest'
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

/** Whether this is what the worker reads before it sends a mail. */
function isCheck(result: unknown): boolean {
  const [first]: unknown[] = Array.isArray(result) ? result : []
  return typeof first === 'object' && first !== null && 'facts' in first
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

  test('that does not exist is tried once, also if the next mail was read before the refusal was recorded', async () => {
    await using smtp = await startTestSmtp()
    const { shop, userId, email } = await openReader(engine)
    await using _ = shop
    const tries = countTries(smtp, email, () => gone)
    await broadcastTo(shop, userId, 2)
    const read = shop.store.read.bind(shop.store)
    const bothRead = Promise.withResolvers<void>()
    let checks = 0
    vi.spyOn(shop.store, 'read').mockImplementation(async (work) => {
      const result = await read(work)
      if (!isCheck(result)) return result
      const turn = (checks += 1)
      // The first is sent when both are read, and the second goes on when the first has failed.
      if (turn === 1) await bothRead.promise
      if (turn === 2) {
        bothRead.resolve()
        await until('the first has failed', async () => {
          const failed = await read((reader) =>
            reader.selectFrom('deliveries').select('id').where('state', '=', 'failed').executeTakeFirst(),
          )
          return failed === undefined ? undefined : true
        })
      }
      return result
    })
    shop.start(settings(smtp.url, { parallel: 2 }))
    await shop.settled(2)
    expect(tries.count).toBe(1)
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
