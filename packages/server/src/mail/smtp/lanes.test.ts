import { describe, expect, test } from 'vitest'
import { queueMail } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { openMailShop, settings, until } from '../../testing/mail-shop.ts'
import { startTestSmtp } from '../../testing/smtp-server.ts'

describe.each(engines)('mail that somebody waits for on $name', (engine) => {
  test('is sent while every connection for other mail is busy', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    smtp.beforeReply = async ({ to }) => {
      if (to[0] !== 'urgent@example.org') await released
    }
    const { bookId, waiting } = await shop.wait(9)
    shop.start(settings(smtp.url, { parallel: 2 }))
    await shop.restock(bookId)
    await until('both connections are busy', () => (smtp.arrived.length === 2 ? true : undefined))
    await shop.store.write(
      (tx) =>
        queueMail(tx, {
          kind: 'email-changed',
          lane: 'now',
          userId: waiting[0]?.userId ?? 0,
          recipient: 'urgent@example.org',
          dedupeKey: 'email-changed:1',
          now: shop.services.now(),
        }),
      () => ({ kind: 'mail-queued' }),
    )
    await until('the urgent mail is sent', async () => {
      const rows = await shop.store.read((reader) =>
        reader.selectFrom('deliveries').select('state').where('lane', '=', 'now').execute(),
      )
      return rows[0]?.state === 'sent' ? true : undefined
    })
    expect(smtp.arrived.map(({ to }) => to[0]).at(-1)).toBe('urgent@example.org')
    expect(smtp.arrived).toHaveLength(3)
    release()
    await shop.settled(10)
  })
})
