import { describe, expect, test } from 'vitest'
import { engines } from '@prebook/db/testing'
import { collectLog, openMailShop, quick, settings, until } from '../../testing/mail-shop.ts'
import { startTestSmtp, type ArrivedMail } from '../../testing/smtp-server.ts'

const recipients = (arrived: ArrivedMail[]) => arrived.flatMap(({ to }) => to).toSorted()

/** A promise and what settles it. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: () => resolve() }
}

describe.each(engines)('mail on $name', (engine) => {
  test('goes to everybody whom a restock notified, once, each alone on the envelope', async () => {
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
    const told = waiting.filter((one) => one !== left).map(({ email }) => email)
    expect(recipients(smtp.arrived)).toEqual(told.toSorted())
    expect(smtp.arrived.every(({ to, from }) => to.length === 1 && from === 'shop@books.example')).toBe(true)
    expect(new Set(smtp.arrived.map(({ messageId }) => messageId)).size).toBe(24)
  })

  test('is found by looking, without any news, and about several books at once', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const books = [await shop.wait(3, 'Dune'), await shop.wait(2, 'Emma'), await shop.wait(0, 'Zoo')]
    for (const { bookId } of books) await shop.restock(bookId)
    shop.start(settings(smtp.url))
    await shop.settled(5)
    expect(smtp.arrived).toHaveLength(5)
    await until('every waitlist is walked', async () =>
      (
        await shop.store.read((reader) =>
          reader.selectFrom('waitlists').select('id').where('dispatched_at', 'is', null).execute(),
        )
      ).length === 0
        ? true
        : undefined,
    )
  })

  test('does not go to who cancelled, was deactivated or opted out after the restock; the reason is kept', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { bookId, waiting } = await shop.wait(4)
    const [cancelled, deactivated, optedOut, told] = waiting
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
    expect(recipients(smtp.arrived)).toEqual([told?.email])
    await until('it is counted', async () => ((await mail.figures()).sent === 1 ? true : undefined))
    expect(await mail.figures()).toMatchObject({ sent: 1, skipped: 3, failed: 0, held: 0 })
  })

  test('does not begin for whoever cancels while others are being sent', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { bookId, waiting } = await shop.wait(6)
    const first = gate()
    const go = gate()
    smtp.beforeAnswer = () => {
      first.open()
      return go.opened
    }
    shop.start(settings(smtp.url, { parallel: 1 }))
    await shop.restock(bookId)
    await first.opened
    // One is under way and everybody else's turn is to come.
    for (const { prebookId } of waiting.slice(1)) await shop.cancel(prebookId, 'notified')
    go.open()
    const rows = await shop.settled(6)
    expect(rows.map(({ state }) => state)).toEqual(['sent', ...Array.from({ length: 5 }, () => 'skipped')])
    expect(recipients(smtp.arrived)).toEqual([waiting[0]?.email])
  })

  test('is refused with 5xx and has failed at once, with what the server said; the others get theirs', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { bookId, waiting } = await shop.wait(4)
    const [atRcpt, atData, atMail] = waiting
    const no = { code: 550, says: '5.1.1 No such reader' }
    smtp.manner = (to) =>
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

  test('is refused with 4xx and tried again, until it is taken', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { bookId } = await shop.wait(1)
    let refusals = 2
    smtp.manner = () => {
      if (refusals === 0) return 'accept'
      refusals -= 1
      return { at: 'mail', code: 451, says: '4.7.1 Greylisted' }
    }
    shop.start(settings(smtp.url, { tries: 9 }))
    await shop.restock(bookId)
    const [row] = await shop.settled(1)
    expect(row).toMatchObject({ state: 'sent', attempts: 3, last_error: null })
  })

  test('is refused with 4xx too often and has failed after the tries that are allowed', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { bookId } = await shop.wait(2)
    let offers = 0
    smtp.manner = () => {
      offers += 1
      return { at: 'mail', code: 452, says: '4.2.2 Mailbox full' }
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

  test('whose line drops after the message goes out again, under the same Message-ID', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { bookId, waiting } = await shop.wait(3)
    let drops = 2
    smtp.manner = (to) => (to === waiting[1]?.email && drops-- > 0 ? 'drop-after-data' : 'accept')
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

  test('waits for a server that is down, at no cost to any delivery, and goes out when it is back', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    await smtp.away()
    const { bookId } = await shop.wait(30)
    const log = collectLog()
    const mail = shop.start(settings(smtp.url, { tries: 1 }), quick, log)
    await shop.restock(bookId)
    const failures = () => log.lines.filter(({ message }) => /server (?:still )?fails/.test(message))
    await until('it has been tried often', () => (failures().length >= 4 ? true : undefined))
    expect(failures().filter(({ level }) => level === 'warn')).toHaveLength(1)
    expect(await mail.figures()).toMatchObject({ serverReachable: false, sent: 0, failed: 0, retried: 0 })
    const waiting = await shop.deliveries()
    expect(waiting.every(({ state, attempts }) => state === 'pending' && attempts === 0)).toBe(true)

    await smtp.back()
    const rows = await shop.settled(30)
    expect(rows.every(({ state, attempts }) => state === 'sent' && attempts === 1)).toBe(true)
    expect(smtp.arrived).toHaveLength(30)
  })

  test('waits for a server that refuses the login, and blames no delivery', async () => {
    await using smtp = await startTestSmtp({ login: { user: 'shop', password: 'right' } })
    await using shop = await openMailShop(engine)
    const { bookId } = await shop.wait(3)
    const log = collectLog()
    const wrong = shop.start(settings(smtp.url.replace('//', '//shop:wrong@'), { tries: 1 }), quick, log)
    await shop.restock(bookId)
    const refused = await until('the login is refused', () =>
      log.lines.find(({ message }) => message.startsWith('the mail server fails')),
    )
    expect(JSON.stringify(refused)).toContain('535')
    expect(JSON.stringify(log.lines)).not.toContain('wrong')
    expect((await shop.deliveries()).every(({ state }) => state === 'pending')).toBe(true)
    await wrong.stop(1_000)

    shop.start(settings(smtp.url.replace('//', '//shop:right@'), { tries: 1 }))
    expect((await shop.settled(3)).map(({ state }) => state)).toEqual(['sent', 'sent', 'sent'])
  })

  test('keeps to its number of messages at once, and uses its lines again', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { bookId } = await shop.wait(40)
    smtp.beforeAnswer = () => new Promise((resolve) => setTimeout(resolve, 5))
    shop.start(settings(smtp.url, { parallel: 3 }))
    await shop.restock(bookId)
    await shop.settled(40)
    expect(smtp.mostAtOnce).toBe(3)
    expect(smtp.connections).toBeLessThanOrEqual(6)
  })

  test('keeps to its number of messages a second', async () => {
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

  test('under way at a stop is finished; what has not begun is left for the next start', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { bookId } = await shop.wait(10)
    const first = gate()
    const go = gate()
    smtp.beforeAnswer = () => {
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

  test('that takes too long at a stop is hung up on and handed back, without costing it a try', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { bookId } = await shop.wait(1)
    const first = gate()
    const never = gate()
    smtp.beforeAnswer = () => {
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

  test('says that the book has sold out again, if it has', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { bookId } = await shop.wait(2)
    await shop.restock(bookId, 1)
    await shop.sellOut(bookId)
    shop.start(settings(smtp.url))
    await shop.settled(2)
    for (const { raw } of smtp.arrived) expect(raw).toContain('sold out')
  })

  test('ends as kept without a server, or as skipped, and nothing is lost', async () => {
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
