import { Socket } from 'node:net'
import { describe, expect, test, vi } from 'vitest'
import type { Store } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { collectLog, openMailShop, quick, settings, until } from '../../testing/mail-shop.ts'
import { startPausingSmtp, type PausingSmtp } from '../../testing/pausing-smtp.ts'

/** Holds the server's replies to a command until `release`. */
function pauseAt(smtp: PausingSmtp, stage: string) {
  const { promise, resolve } = Promise.withResolvers<void>()
  const paused = { count: 0, release: () => resolve() }
  smtp.beforeReply = async (command) => {
    if (command !== stage) return
    paused.count += 1
    await promise
  }
  return paused
}

/** The store, with `onChecked` called for each check of a delivery, before its result is returned. */
function watchChecks(store: Store, onChecked: () => void): Store {
  return {
    engine: store.engine,
    async read(work) {
      const result = await store.read(work)
      // Only checks read arrays here.
      if (Array.isArray(result)) onChecked()
      return result
    },
    write: (work, eventFor) => store.write(work, eventFor),
    writeOnBook: (bookId, lock, work, eventFor) => store.writeOnBook(bookId, lock, work, eventFor),
    writeOnBooks: (bookIds, lock, work, eventFor) => store.writeOnBooks(bookIds, lock, work, eventFor),
    writeOnAdmins: (work, eventFor) => store.writeOnAdmins(work, eventFor),
    checkWritable: () => store.checkWritable(),
    emptyLog: () => store.emptyLog(),
    listen: (onEvent) => store.listen(onEvent),
    close: () => store.close(),
  }
}

describe.each(engines)('mail on $name', (engine) => {
  test.each([
    { stage: 'MAIL', extension: 'SIZE' },
    { stage: 'RCPT', extension: 'SIZE' },
    { stage: 'DATA', extension: 'SIZE' },
    { stage: 'MAIL', extension: 'PIPELINING' },
    { stage: 'DATA', extension: 'PIPELINING' },
  ])(
    'is skipped for readers who cancel, opt out, are deactivated or erased while a server with $extension pauses at $stage',
    async ({ stage, extension }) => {
      await using smtp = await startPausingSmtp(extension)
      await using shop = await openMailShop(engine)
      const paused = pauseAt(smtp, stage)
      const { bookId, waiting } = await shop.wait(5)
      const [cancelled, deactivated, optedOut, erased, notified] = waiting
      const log = collectLog()
      const mail = shop.start(settings(smtp.url, { parallel: 5 }), quick, log)
      await shop.restock(bookId)
      await until('all messages are paused', () => (paused.count === 5 ? true : undefined))
      await shop.cancel(cancelled?.prebookId ?? 0, 'notified')
      await shop.change(deactivated?.userId ?? 0, { is_active: 0 })
      await shop.change(optedOut?.userId ?? 0, { mail_opt_out: 1 })
      await shop.erase(erased?.userId ?? 0)
      paused.release()
      const rows = await shop.settled(5)
      expect(rows.map(({ state, skip_reason, attempts }) => [state, skip_reason, attempts])).toEqual([
        ['skipped', 'cancelled', 0],
        ['skipped', 'deactivated', 0],
        ['skipped', 'opted-out', 0],
        ['skipped', 'erased', 0],
        ['sent', null, 1],
      ])
      expect(smtp.delivered).toEqual([notified?.email])
      expect(smtp.strayLines).toBe(0)

      // The connections that were given up are replaced, and the server does not count as unavailable.
      const next = await shop.wait(4, 'Emma')
      await shop.restock(next.bookId)
      const all = await shop.settled(9)
      expect(all.slice(5).map(({ state, attempts }) => [state, attempts])).toEqual(
        Array.from({ length: 4 }, () => ['sent', 1]),
      )
      expect(smtp.delivered.slice(1).toSorted()).toEqual(next.waiting.map(({ email }) => email).toSorted())
      expect(await mail.figures()).toMatchObject({ sent: 5, skipped: 3, retried: 0, failed: 0 })
      expect(log.lines).toMatchObject([
        {
          message: expect.stringContaining('its account was erased'),
          fields: { deliveryId: expect.any(Number) },
        },
      ])
    },
  )

  test('goes to the new address when it changes while the server pauses', async () => {
    await using smtp = await startPausingSmtp('SIZE')
    await using shop = await openMailShop(engine)
    const paused = pauseAt(smtp, 'DATA')
    const { bookId, waiting } = await shop.wait(1)
    shop.start(settings(smtp.url))
    await shop.restock(bookId)
    await until('the message is paused', () => (paused.count === 1 ? true : undefined))
    const email = `new-${waiting[0]?.email}`
    await shop.store.write((tx) =>
      tx
        .updateTable('users')
        .set({ email })
        .where('id', '=', waiting[0]?.userId ?? 0)
        .execute(),
    )
    paused.release()
    expect(await shop.settled(1)).toMatchObject([{ state: 'sent', attempts: 1 }])
    expect(smtp.delivered).toEqual([email])
  })

  test('is not sent by a process that lost the delivery while the server paused', async () => {
    await using smtp = await startPausingSmtp('SIZE')
    await using shop = await openMailShop(engine)
    const paused = pauseAt(smtp, 'RCPT')
    const { bookId } = await shop.wait(1)
    const log = collectLog()
    shop.start(settings(smtp.url), quick, log)
    await shop.restock(bookId)
    await until('the message is paused', () => (paused.count === 1 ? true : undefined))
    await shop.store.write((tx) =>
      tx
        .updateTable('deliveries')
        .set({ lease_token: 'another process', lease_expires_at: Number.MAX_SAFE_INTEGER })
        .execute(),
    )
    paused.release()
    await until('the loss is noticed', () =>
      log.lines.find(({ message }) => message.startsWith('another process took over')),
    )
    expect([smtp.delivered, smtp.strayLines]).toEqual([[], 0])
    expect(await shop.deliveries()).toMatchObject([{ state: 'sending', lease_token: 'another process' }])
  })

  test('is sent later, at no cost of a try, when the store fails at the last check', async () => {
    await using smtp = await startPausingSmtp('SIZE')
    await using shop = await openMailShop(engine)
    let asked = false
    let failures = 1
    smtp.beforeReply = async (command) => void (asked ||= command === 'DATA')
    shop.services.store = watchChecks(shop.store, () => {
      if (asked && failures-- > 0) throw new Error('The store is down.')
    })
    const { bookId, waiting } = await shop.wait(1)
    shop.start(settings(smtp.url, { tries: 1 }))
    await shop.restock(bookId)
    expect(await shop.settled(1)).toMatchObject([{ state: 'sent', attempts: 1 }])
    expect(failures).toBeLessThan(1)
    expect(smtp.delivered).toEqual([waiting[0]?.email])
  })

  test('is handed to the socket in the turn of the event loop in which the last check resolves', async () => {
    await using smtp = await startPausingSmtp('SIZE')
    await using shop = await openMailShop(engine)
    const { bookId, waiting } = await shop.wait(1)
    const writes = vi.spyOn(Socket.prototype, 'write')
    const isWritten = () => writes.mock.calls.some(([chunk]) => String(chunk).includes('Message-ID: '))
    const writtenWhenCancelled: boolean[] = []
    let asked = false
    smtp.beforeReply = async (command) => void (asked ||= command === 'DATA')
    shop.services.store = watchChecks(shop.store, () => {
      if (!asked) return
      expect(isWritten()).toBe(false)
      setImmediate(() => {
        writtenWhenCancelled.push(isWritten())
        void shop.cancel(waiting[0]?.prebookId ?? 0, 'notified')
      })
    })
    shop.start(settings(smtp.url))
    await shop.restock(bookId)
    expect(await shop.settled(1)).toMatchObject([{ state: 'sent' }])
    writes.mockRestore()
    expect(writtenWhenCancelled).toEqual([true])
    expect(smtp.delivered).toEqual([waiting[0]?.email])
  })
})
