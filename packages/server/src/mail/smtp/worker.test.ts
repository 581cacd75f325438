import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { engines } from '@prebook/db/testing'
import { collectLog, openMailShop, quick, settings, until } from '../../testing/mail-shop.ts'
import { startTestSmtp, type ArrivedMail } from '../../testing/smtp-server.ts'

const recipients = (arrived: ArrivedMail[]) => arrived.flatMap(({ to }) => to).toSorted()

/** A promise that `open` resolves. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: () => resolve() }
}

describe.each(engines)('mail on $name', (engine) => {
  test('is sent once to each notified reader, with a single recipient on the envelope', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    shop.start(settings(smtp.url))
    const { bookId, waiting } = await shop.wait(25)
    const left = waiting[3]
    await shop.cancel(left?.prebookId ?? 0, 'waiting')
    await shop.restock(bookId)

    const rows = await shop.settled(24)
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['sent']))
    expect(rows.every((row) => row.attempts === 1 && row.sent_at !== null && row.lease_token === null)).toBe(
      true,
    )
    const notified = waiting.filter((one) => one !== left).map(({ email }) => email)
    expect(recipients(smtp.arrived)).toEqual(notified.toSorted())
    expect(smtp.arrived.every(({ to, from }) => to.length === 1 && from === 'shop@books.example')).toBe(true)
    expect(new Set(smtp.arrived.map(({ messageId }) => messageId)).size).toBe(24)
  })

  test('is found by polling, without any event, for several books at once', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const books = [await shop.wait(3, 'Dune'), await shop.wait(2, 'Emma'), await shop.wait(0, 'Zoo')]
    for (const { bookId } of books) await shop.restock(bookId)
    shop.start(settings(smtp.url))
    await shop.settled(5)
    expect(smtp.arrived).toHaveLength(5)
    await until('every waitlist is dispatched', async () =>
      (
        await shop.store.read((reader) =>
          reader.selectFrom('waitlists').select('id').where('dispatched_at', 'is', null).execute(),
        )
      ).length === 0
        ? true
        : undefined,
    )
  })

  test('is skipped for a reader who cancelled, opted out or was deactivated after the restock, with the reason', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { bookId, waiting } = await shop.wait(4)
    const [cancelled, deactivated, optedOut, notified] = waiting
    await shop.restock(bookId)
    await shop.cancel(cancelled?.prebookId ?? 0, 'notified')
    await shop.change(deactivated?.userId ?? 0, { is_active: 0 })
    await shop.change(optedOut?.userId ?? 0, { mail_opt_out: 1 })
    const mail = shop.start(settings(smtp.url))
    const rows = await shop.settled(4)
    expect(rows.map(({ state, skip_reason }) => [state, skip_reason])).toEqual([
      ['skipped', 'cancelled'],
      ['skipped', 'deactivated'],
      ['skipped', 'opted-out'],
      ['sent', null],
    ])
    expect(recipients(smtp.arrived)).toEqual([notified?.email])
    await until('it is counted', async () => ((await mail.figures()).sent === 1 ? true : undefined))
    expect(await mail.figures()).toMatchObject({ sent: 1, skipped: 3, failed: 0, held: 0 })
  })

  test('is not sent to readers who cancel while other messages are being sent', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { bookId, waiting } = await shop.wait(6)
    const first = gate()
    const go = gate()
    smtp.beforeReply = () => {
      first.open()
      return go.opened
    }
    shop.start(settings(smtp.url, { parallel: 1 }))
    await shop.restock(bookId)
    await first.opened
    // One message is in flight; the others have not started.
    for (const { prebookId } of waiting.slice(1)) await shop.cancel(prebookId, 'notified')
    go.open()
    const rows = await shop.settled(6)
    expect(rows.map(({ state }) => state)).toEqual(['sent', ...Array.from({ length: 5 }, () => 'skipped')])
    expect(recipients(smtp.arrived)).toEqual([waiting[0]?.email])
  })

  test('fails immediately on a 5xx reply and records it; other messages are sent', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { bookId, waiting } = await shop.wait(4)
    const [atRcpt, atData, atMail] = waiting
    const no = { code: 550, text: '5.1.1 No such reader' }
    smtp.behaviour = (to) =>
      to === atRcpt?.email ? { at: 'rcpt', ...no } : to === atData?.email ? { at: 'data', ...no } : 'accept'
    shop.start(settings(smtp.url))
    await shop.restock(bookId)
    const rows = await shop.settled(4)
    expect(rows.slice(0, 2)).toMatchObject([
      { state: 'failed', attempts: 1, last_error: '550 5.1.1 No such reader' },
      { state: 'failed', attempts: 1, last_error: '550 5.1.1 No such reader' },
    ])
    expect(rows.slice(2).map(({ state }) => state)).toEqual(['sent', 'sent'])
    expect(atMail).toBeDefined()
  })

  test('is retried after a 4xx reply until it is accepted', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { bookId } = await shop.wait(1)
    let refusals = 2
    smtp.behaviour = () => {
      if (refusals === 0) return 'accept'
      refusals -= 1
      return { at: 'mail', code: 451, text: '4.7.1 Greylisted' }
    }
    shop.start(settings(smtp.url, { tries: 9 }))
    await shop.restock(bookId)
    const [row] = await shop.settled(1)
    expect(row).toMatchObject({ state: 'sent', attempts: 3, last_error: null })
  })

  test('fails when a 4xx reply persists for all tries', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { bookId } = await shop.wait(2)
    let offers = 0
    smtp.behaviour = () => {
      offers += 1
      return { at: 'mail', code: 452, text: '4.2.2 Mailbox full' }
    }
    const mail = shop.start(settings(smtp.url, { tries: 3 }))
    await shop.restock(bookId)
    const rows = await shop.settled(2)
    expect(rows).toMatchObject([
      { state: 'failed', attempts: 3, last_error: '452 4.2.2 Mailbox full' },
      { state: 'failed', attempts: 3 },
    ])
    expect(offers).toBe(6)
    expect(await mail.figures()).toMatchObject({ failed: 2, retried: 4, sent: 0 })
  })

  test('is sent again under the same Message-ID when the connection drops after the message', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { bookId, waiting } = await shop.wait(3)
    let drops = 2
    smtp.behaviour = (to) => (to === waiting[1]?.email && drops-- > 0 ? 'drop-after-data' : 'accept')
    shop.start(settings(smtp.url, { tries: 9 }))
    await shop.restock(bookId)
    const rows = await shop.settled(3)
    expect(rows.map(({ state }) => state)).toEqual(['sent', 'sent', 'sent'])
    const twice = smtp.arrived.filter(({ to }) => to[0] === waiting[1]?.email)
    expect(twice.length).toBeGreaterThan(1)
    expect(new Set(twice.map(({ messageId }) => messageId)).size).toBe(1)
    const ids = new Set(smtp.arrived.map(({ messageId }) => messageId))
    expect(ids.size).toBe(3)
  })

  test('waits while the server is down, without using up tries, and is sent when it is back', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    await smtp.stop()
    const { bookId } = await shop.wait(30)
    const log = collectLog()
    const mail = shop.start(settings(smtp.url, { tries: 1 }), quick, log)
    await shop.restock(bookId)
    const failures = () => log.lines.filter(({ message }) => /server (?:still )?unavailable/.test(message))
    await until('several tries have failed', () => (failures().length >= 4 ? true : undefined))
    expect(failures().filter(({ level }) => level === 'warn')).toHaveLength(1)
    expect(await mail.figures()).toMatchObject({ serverReachable: false, sent: 0, failed: 0, retried: 0 })
    const waiting = await shop.deliveries()
    expect(waiting.every(({ state, attempts }) => state === 'pending' && attempts === 0)).toBe(true)

    await smtp.restart()
    const rows = await shop.settled(30)
    expect(rows.every(({ state, attempts }) => state === 'sent' && attempts === 1)).toBe(true)
    expect(smtp.arrived).toHaveLength(30)
  })

  test('waits while the server rejects the login, without using up tries', async () => {
    await using smtp = await startTestSmtp({ login: { user: 'shop', password: 'right' } })
    await using shop = await openMailShop(engine)
    const { bookId } = await shop.wait(3)
    const log = collectLog()
    const wrong = shop.start(settings(smtp.url.replace('//', '//shop:wrong@'), { tries: 1 }), quick, log)
    await shop.restock(bookId)
    const refused = await until('the login is rejected', () =>
      log.lines.find(({ message }) => message.startsWith('mail server unavailable')),
    )
    expect(JSON.stringify(refused)).toContain('535')
    expect(JSON.stringify(log.lines)).not.toContain('wrong')
    expect((await shop.deliveries()).every(({ state }) => state === 'pending')).toBe(true)
    await wrong.stop(1_000)

    shop.start(settings(smtp.url.replace('//', '//shop:right@'), { tries: 1 }))
    expect((await shop.settled(3)).map(({ state }) => state)).toEqual(['sent', 'sent', 'sent'])
  })

  test('respects the limit of concurrent messages and reuses connections', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { bookId } = await shop.wait(40)
    const three = gate()
    let received = 0
    smtp.beforeReply = async () => {
      received += 1
      if (received === 3) three.open()
      await three.opened
      await pause(5)
    }
    shop.start(settings(smtp.url, { parallel: 3 }))
    await shop.restock(bookId)
    await shop.settled(40)
    expect(smtp.peakConcurrency).toBe(3)
    expect(smtp.connections).toBeLessThanOrEqual(6)
  })

  test('respects the limit of messages per second', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { bookId } = await shop.wait(12)
    const started = performance.now()
    shop.start(settings(smtp.url, { perSecond: 20 }))
    await shop.restock(bookId)
    await shop.settled(12)
    // Twelve at twenty a second: eleven pauses of 50 ms at least.
    expect(performance.now() - started).toBeGreaterThanOrEqual(540)
  })

  test('in flight at a stop is completed; the rest is left for the next start', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { bookId } = await shop.wait(10)
    const first = gate()
    const go = gate()
    smtp.beforeReply = () => {
      first.open()
      return go.opened
    }
    const mail = shop.start(settings(smtp.url, { parallel: 2 }))
    await shop.restock(bookId)
    await first.opened
    const stopped = mail.stop(10_000)
    go.open()
    await stopped
    const sent = (await shop.deliveries()).filter(({ state }) => state === 'sent')
    expect(sent.length).toBe(smtp.arrived.length)
    expect(sent.length).toBeLessThan(3)
    expect((await shop.deliveries()).some(({ state }) => state === 'sending')).toBe(false)
    shop.start(settings(smtp.url))
    await shop.settled(10)
    expect(smtp.arrived).toHaveLength(10)
  })

  test('in flight for too long at a stop is aborted and requeued without using up a try', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { bookId } = await shop.wait(1)
    const first = gate()
    const never = gate()
    smtp.beforeReply = () => {
      first.open()
      return never.opened
    }
    const mail = shop.start(settings(smtp.url, { tries: 1 }))
    await shop.restock(bookId)
    await first.opened
    await mail.stop(50)
    expect(await shop.deliveries()).toMatchObject([{ state: 'pending', attempts: 0, lease_token: null }])
    never.open()
  })

  test('says that the book has sold out again', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { bookId } = await shop.wait(2)
    await shop.restock(bookId, 1)
    await shop.sellOut(bookId)
    shop.start(settings(smtp.url))
    await shop.settled(2)
    for (const { raw } of smtp.arrived) expect(raw).toContain('sold out')
  })

  test('is held or skipped without a mail server', async () => {
    await using shop = await openMailShop(engine)
    const { bookId, waiting } = await shop.wait(320)
    await shop.restock(bookId)
    await shop.cancel(waiting[7]?.prebookId ?? 0, 'notified')
    const mail = shop.start(null)
    const rows = await shop.settled(320)
    expect(rows.filter(({ state }) => state === 'held')).toHaveLength(319)
    expect(rows[7]).toMatchObject({ state: 'skipped', skip_reason: 'cancelled' })
    expect(await mail.figures()).toMatchObject({ held: 319, skipped: 1, backlog: 0, serverReachable: null })
  })
})
