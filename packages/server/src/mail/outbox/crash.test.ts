import { TEST_MS, bound } from '@prebook/testing/bounds'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { findWaitlist, openAccountLink, queueMail } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { openMailShop, until } from '../../testing/mail-shop.ts'
import { startTestSmtp, type ArrivedMail } from '../../testing/smtp-server.ts'
import { startMailProcess } from '../../testing/mail-child.ts'

/** How often the sending process is killed. About a hundred mails are sent between kills. */
const ROUNDS = Number(process.env['MAIL_CRASH_ROUNDS'] ?? 4)
const READERS = ROUNDS * 100
const PARALLEL = 5
const FROM = 'shop@books.example'

const countBy = (arrived: ArrivedMail[], of: (mail: ArrivedMail) => string) => {
  const counts = new Map<string, number>()
  for (const mail of arrived) counts.set(of(mail), (counts.get(of(mail)) ?? 0) + 1)
  return counts
}

describe.each(engines)('mail on $name', (engine) => {
  test(
    `of a process killed ${ROUNDS} times reaches exactly the right ones of ${READERS} readers`,
    { timeout: 2 * TEST_MS + ROUNDS * bound(20_000) },
    async () => {
      await using smtp = await startTestSmtp()
      await using shop = await openMailShop(engine)
      const arrivedAt = new Map<ArrivedMail, number>()
      smtp.beforeReply = async (mail) => {
        arrivedAt.set(mail, performance.now())
        // The delay makes a kill likely between the arrival of a mail and the reply.
        await pause(10)
      }
      const { bookId, waitlistId, waiting } = await shop.wait(READERS)
      const every = (n: number, offset: number) => waiting.filter((_, index) => index % n === offset)
      const before = every(50, 1)
      const after = every(50, 2)
      const optedOut = every(50, 3)
      const deactivated = every(50, 4)
      for (const { prebookId } of before) await shop.cancel(prebookId, 'waiting')
      await shop.restock(bookId)
      for (const { prebookId } of after) await shop.cancel(prebookId, 'notified')
      for (const { userId } of optedOut) await shop.change(userId, { mail_opt_out: 1 })
      for (const { userId } of deactivated) await shop.change(userId, { is_active: 0 })
      const excluded = [...before, ...after, ...optedOut, ...deactivated].map(({ email }) => email)

      const startProcess = () => startMailProcess(shop.url, smtp.url, FROM, '120', '2000')
      const late: { email: string; at: number }[] = []
      for (let round = 0; round < ROUNDS; round += 1) {
        const worker = await startProcess()
        const seen = smtp.arrived.length
        // The first process is killed as soon as it sends, while it still writes deliveries.
        const killAfter = performance.now() + (round === 0 ? 0 : 1_000)
        await until('some mail arrives', () =>
          smtp.arrived.length > seen && performance.now() > killAfter ? true : undefined,
        )
        // A reader near the end of the queue cancels while mail is being sent.
        const leaver = waiting[READERS - 10 - round]
        if (leaver !== undefined && !excluded.includes(leaver.email)) {
          await shop.cancel(leaver.prebookId, 'notified')
          late.push({ email: leaver.email, at: performance.now() })
        }
        await worker.kill()
      }
      const last = await startProcess()
      const rows = await until(
        'everything is settled',
        async () => {
          const waitlist = await shop.store.read((reader) => findWaitlist(reader, waitlistId))
          if (waitlist?.dispatched_at == null) return undefined
          const all = await shop.deliveries()
          return all.every(({ state }) => state === 'sent' || state === 'skipped') ? all : undefined
        },
        // On a busy machine, hundreds of mails take longer than one answer.
        TEST_MS,
      )
      expect(await last.stop()).toBe(0)

      expect(rows.map((row) => row.prebook_id)).toEqual(
        waiting.filter((one) => !before.includes(one)).map(({ prebookId }) => prebookId),
      )
      const copies = countBy(smtp.arrived, ({ to }) => to[0] ?? '')
      const left = new Set(late.map(({ email }) => email))
      const missed = waiting.filter(
        ({ email }) => !copies.has(email) && !excluded.includes(email) && !left.has(email),
      )
      expect(missed).toEqual([])
      expect(excluded.filter((email) => copies.has(email))).toEqual([])
      const sentTooLate = late.filter(({ email, at }) =>
        // Two seconds are far longer than a message is in flight.
        smtp.arrived.some((mail) => mail.to[0] === email && (arrivedAt.get(mail) ?? 0) > at + 2_000),
      )
      expect(sentTooLate).toEqual([])
      const duplicates = smtp.arrived.length - copies.size
      // At most the messages in flight at each kill.
      expect(duplicates).toBeLessThanOrEqual(ROUNDS * PARALLEL)
      const ids = countBy(
        smtp.arrived.filter(
          (mail, index, all) => all.findIndex((one) => one.messageId === mail.messageId) === index,
        ),
        ({ to }) => to[0] ?? '',
      )
      expect([...ids.values()].every((count) => count === 1)).toBe(true)
      expect(smtp.arrived.every(({ messageId }) => messageId.endsWith('@books.example>'))).toBe(true)
    },
  )

  test('about a password reset is sent after a kill between its commit and its sending, with one Message-ID', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { userId = 0, email } = (await shop.wait(1)).waiting[0] ?? {}
    const startProcess = () => startMailProcess(shop.url, smtp.url, FROM, '100', '500')
    // The mail server is down, so the mail is not sent before the kill.
    await smtp.stop()
    const first = await startProcess()
    await shop.store.write(async (tx) => {
      const now = shop.services.now()
      const expiresAt = now + 1_800_000
      const generation = await openAccountLink(tx, { userId, purpose: 'reset', expiresAt })
      const mail = { kind: 'reset', lane: 'now', dedupeKey: 'reset:1', userId, now } as const
      await queueMail(tx, { ...mail, payload: { generation, expiresAt } })
    })
    await first.kill()
    await smtp.restart()
    const { promise: never } = Promise.withResolvers<void>()
    smtp.beforeReply = () => never
    const second = await startProcess()
    await until('it arrives', () => smtp.arrived[0])
    // The server has it, and has not said so.
    await second.kill()
    smtp.beforeReply = async () => {}
    const third = await startProcess()
    expect(await shop.settled(1)).toMatchObject([{ kind: 'reset', state: 'sent' }])
    expect(await third.stop()).toBe(0)
    expect(smtp.arrived.map(({ to }) => to)).toEqual([[email], [email]])
    expect(smtp.arrived[0]?.messageId).toMatch(/^<\d+\.[\w-]{16}@books\.example>$/)
    expect(smtp.arrived[1]?.messageId).toBe(smtp.arrived[0]?.messageId)
  })

  test('of two processes is shared between them, and each message is sent once', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    smtp.beforeReply = () => pause(5)
    const senders = ['one@books.example', 'two@books.example']
    const workers = await Promise.all(
      senders.map((from) => startMailProcess(shop.url, smtp.url, from, '100', '20000')),
    )
    const { bookId } = await shop.wait(200)
    await shop.restock(bookId)
    const rows = await shop.settled(200)
    expect(await Promise.all(workers.map((worker) => worker.stop()))).toEqual([0, 0])
    expect(rows.every(({ state, attempts }) => state === 'sent' && attempts === 1)).toBe(true)
    expect(smtp.arrived).toHaveLength(200)
    expect(countBy(smtp.arrived, ({ to }) => to[0] ?? '').size).toBe(200)
    const shares = countBy(smtp.arrived, ({ from }) => from)
    for (const sender of senders) expect(shares.get(sender)).toBeGreaterThan(20)
  })
})
