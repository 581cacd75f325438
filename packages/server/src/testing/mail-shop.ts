import { WAIT_MS } from '@prebook/testing/bounds'
import { setTimeout as pause } from 'node:timers/promises'
import type { CancelledFrom } from '@prebook/core'
import {
  closeOpenWaitlist,
  ensureOpenWaitlist,
  insertBook,
  insertMovement,
  insertPrebook,
  insertUser,
  recordCancellation,
  recordWithdrawal,
  updateUser,
  withdrawOpenWaitlist,
  type DeliveryRow,
  type Store,
} from '@prebook/db'
import type { TestEngine } from '@prebook/db/testing'
import { beginErasure, finishErasure } from '../account/erasure.ts'
import { createServices, type Services } from '../services.ts'
import { createMailLinks } from '../mail/content/links.ts'
import type { MailLog } from '../mail/mail-log.ts'
import { startMail, type MailTimes, type RunningMail, type SmtpSettings } from '../mail/start-mail.ts'

/** Short times for tests, in the proportions of production. */
export const quick: MailTimes = {
  leaseMs: 10_000,
  pollEveryMs: 200,
  betweenTries: { firstMs: 20, mostMs: 100 },
  whileUnreachable: { firstMs: 20, mostMs: 100 },
  whileStoreBusy: { firstMs: 1, mostMs: 5 },
}

export const links = createMailLinks({ publicUrl: 'https://books.example', secret: 's'.repeat(32) })

/** SMTP settings for a test server. */
export function settings(url: string, some: Partial<SmtpSettings> = {}): SmtpSettings {
  const from = { name: 'The Bookshop', address: 'shop@books.example' }
  return { url, from, links, parallel: 4, perSecond: 10_000, tries: 3, ...some }
}

/** A log that collects its lines. */
export function collectLog(): MailLog & { lines: { level: string; fields: object; message: string }[] } {
  const lines: { level: string; fields: object; message: string }[] = []
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, fields, message })
  return { lines, info: at('info'), warn: at('warn'), error: at('error') }
}

/** A shop on a fresh database. Its people are created without passwords, which is fast, and cannot sign in. */
export async function openMailShop(engine: TestEngine) {
  await using setUp = new AsyncDisposableStack()
  const database = setUp.use(await engine.create())
  const services = servicesOn(database.store)
  const shop = shopOn(services)
  const running: RunningMail[] = []
  setUp.defer(async () => {
    await Promise.all(running.map((mail) => mail.stop(1_000)))
  })
  const disposables = setUp.move()
  return {
    ...shop,
    services,
    url: database.url,
    /** Starts mail on this shop; disposing of the shop stops it. */
    start(smtp: SmtpSettings | null, times: MailTimes = quick, log: MailLog = collectLog()): RunningMail {
      const mail = startMail(services, smtp, log, times)
      running.push(mail)
      return mail
    },
    [Symbol.asyncDispose]: () => disposables.disposeAsync(),
  }
}

/** Services on an open store. */
export function servicesOn(store: Store): Services {
  return createServices({ store, throttleLimits: { registrationsPerHour: 1, loginFailuresPerHour: 1 } })
}

/** Restocks some books that only this account waits for. */
export async function broadcastTo(
  shop: ReturnType<typeof shopOn>,
  userId: number,
  books: number,
): Promise<void> {
  for (let n = 0; n < books; n += 1) {
    const { bookId, waiting } = await shop.wait(1)
    const prebookId = waiting[0]?.prebookId ?? 0
    await shop.store.write((tx) =>
      tx.updateTable('prebooks').set({ user_id: userId }).where('id', '=', prebookId).execute(),
    )
    await shop.restock(bookId)
  }
}

let serial = 0

/** Operations of a shop, directly on the database. */
export function shopOn(services: Services) {
  const { store, now } = services
  return {
    store,
    /** Adds a sold-out book with a number of people waiting for it. */
    async wait(people: number, title = 'Dune') {
      serial += 1
      const batch = serial
      return store.write(async (tx) => {
        const book = await insertBook(tx, {
          title,
          author: 'Frank Herbert',
          isbn: null,
          price_cents: 1_999,
          description: null,
          stock_quantity: 0,
          search_text: title.toLowerCase(),
          created_at: now(),
          updated_at: now(),
        })
        if (book === undefined) throw new Error('The book already exists.')
        const waitlistId = await ensureOpenWaitlist(tx, book.id, now())
        const waiting: { userId: number; prebookId: number; email: string }[] = []
        for (let n = 0; n < people; n += 1) {
          const email = `reader-${batch}-${n}-${process.pid}@example.org`
          const user = await insertUser(tx, {
            email,
            passwordHash: 'x',
            role: 'reader',
            verified: true,
            now: now(),
          })
          const userId = user?.id ?? 0
          const prebookId = (await insertPrebook(tx, { waitlistId, userId, now: now() })) ?? 0
          waiting.push({ userId, prebookId, email })
        }
        return { bookId: book.id, waitlistId, waiting }
      })
    },
    /** Sets the stock from 0 to `copies`, as `stock.set` does. */
    async restock(bookId: number, copies = 3) {
      serial += 1
      const email = `admin-${serial}-${process.pid}@example.org`
      const event = { kind: 'stock' as const, bookId, movementId: 1, closedWaitlistId: 1 }
      await store.writeOnBook(
        bookId,
        'exclusive',
        async (tx) => {
          const admin = await insertUser(tx, { email, passwordHash: 'x', role: 'admin', now: now() })
          await tx.updateTable('books').set({ stock_quantity: copies }).where('id', '=', bookId).execute()
          const movement = await insertMovement(tx, {
            book_id: bookId,
            delta: copies,
            quantity_after: copies,
            actor_id: admin?.id ?? 0,
            token_id: null,
            note: null,
            created_at: now(),
          })
          await closeOpenWaitlist(tx, { bookId, movementId: movement.id, now: now() })
        },
        () => event,
      )
    },
    /** Withdraws a book, as `books.withdraw` does. */
    async withdraw(
      bookId: number,
      { successorId = null as number | null, note = null as string | null } = {},
    ) {
      const withdrawnAt = now()
      return store.writeOnBook(
        bookId,
        'exclusive',
        async (tx) => {
          await recordWithdrawal(tx, { bookId, withdrawnAt, successorId, now: withdrawnAt })
          return withdrawOpenWaitlist(tx, { bookId, now: withdrawnAt, note })
        },
        (closed) => (closed === undefined ? null : { kind: 'waitlist', waitlistId: closed.id }),
      )
    },
    async sellOut(bookId: number) {
      await store.write((tx) =>
        tx.updateTable('books').set({ stock_quantity: 0 }).where('id', '=', bookId).execute(),
      )
    },
    async cancel(prebookId: number, cancelledFrom: CancelledFrom) {
      await store.write((tx) => recordCancellation(tx, { prebookId, cancelledFrom, now: now() }))
    },
    async change(userId: number, fields: { is_active?: 0 | 1; mail_opt_out?: 0 | 1 }) {
      await store.write((tx) => updateUser(tx, userId, fields))
    },
    async erase(userId: number) {
      await store.writeOnAdmins((tx) => beginErasure(services, tx, userId))
      await finishErasure(services, userId)
    },
    deliveries: (): Promise<DeliveryRow[]> =>
      store.read((reader) =>
        reader.selectFrom('deliveries').selectAll().orderBy('prebook_id').orderBy('id').execute(),
      ),
    /** Waits until there are `count` deliveries and all are settled. */
    async settled(count: number): Promise<DeliveryRow[]> {
      return until(`${count} deliveries are settled`, async () => {
        const rows = await store.read((reader) =>
          reader.selectFrom('deliveries').selectAll().orderBy('prebook_id').orderBy('id').execute(),
        )
        const done = rows.filter(({ state }) => state !== 'pending' && state !== 'sending')
        return rows.length === count && done.length === count ? rows : undefined
      })
    },
  }
}

/** Polls until the result is not undefined, for at most `limitMs` milliseconds. */
export async function until<T>(
  what: string,
  poll: () => Promise<T | undefined> | T | undefined,
  limitMs = WAIT_MS,
): Promise<T> {
  const deadline = performance.now() + limitMs
  for (;;) {
    const result = await poll()
    if (result !== undefined) return result
    if (performance.now() > deadline) throw new Error(`Timed out waiting until ${what}.`)
    await pause(10)
  }
}
