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
  updateUser,
  type DeliveryRow,
  type Store,
} from '@prebook/db'
import type { TestEngine } from '@prebook/db/testing'
import { createServices, type Services } from '../services.ts'
import { createMailLinks } from '../mail/content/links.ts'
import type { MailLog } from '../mail/mail-log.ts'
import { startMail, type MailTimes, type RunningMail, type SmtpSettings } from '../mail/start-mail.ts'

/** Fast enough for tests, in the proportions of production. */
export const quick: MailTimes = {
  leaseMs: 10_000,
  lookEveryMs: 200,
  betweenTries: { firstMs: 20, mostMs: 100 },
  whileUnreachable: { firstMs: 20, mostMs: 100 },
  whileStoreBusy: { firstMs: 1, mostMs: 5 },
}

export const links = createMailLinks({ publicUrl: 'https://books.example', secret: 's'.repeat(32) })

/** Settings for a server; a test names what it is about. */
export function settings(url: string, some: Partial<SmtpSettings> = {}): SmtpSettings {
  const from = { name: 'The Bookshop', address: 'shop@books.example' }
  return { url, from, links, parallel: 4, perSecond: 10_000, tries: 3, ...some }
}

/** What was logged, to look at when a test fails and to find what must not be there. */
export function collectLog(): MailLog & { lines: { level: string; fields: object; message: string }[] } {
  const lines: { level: string; fields: object; message: string }[] = []
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, fields, message })
  return { lines, info: at('info'), warn: at('warn'), error: at('error') }
}

/** A shop on a database of the test's own, with people made fast: without passwords, who never sign in. */
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
    /** Mail at work on this shop, stopped with it. */
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

let serial = 0

/** What happens in a shop, straight through the database. */
export function shopOn({ store, now }: Services) {
  return {
    store,
    /** A sold-out book, and so many people who wait for it. */
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
        if (book === undefined) throw new Error('There is such a book already.')
        const waitlistId = await ensureOpenWaitlist(tx, book.id, now())
        const waiting: { userId: number; prebookId: number; email: string }[] = []
        for (let n = 0; n < people; n += 1) {
          const email = `reader-${batch}-${n}-${process.pid}@example.org`
          const user = await insertUser(tx, { email, passwordHash: 'x', role: 'reader', now: now() })
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
      const tell = { kind: 'stock' as const, bookId, movementId: 1, closedWaitlistId: 1 }
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
            note: null,
            created_at: now(),
          })
          await closeOpenWaitlist(tx, { bookId, movementId: movement.id, now: now() })
        },
        () => tell,
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
    deliveries: (): Promise<DeliveryRow[]> =>
      store.read((reader) => reader.selectFrom('deliveries').selectAll().orderBy('prebook_id').execute()),
    /** Waits until every delivery is settled and there are so many. */
    async settled(count: number): Promise<DeliveryRow[]> {
      return until(`${count} deliveries are settled`, async () => {
        const rows = await store.read((reader) =>
          reader.selectFrom('deliveries').selectAll().orderBy('prebook_id').execute(),
        )
        const done = rows.filter(({ state }) => state !== 'pending' && state !== 'sending')
        return rows.length === count && done.length === count ? rows : undefined
      })
    },
  }
}

/** Asks again and again until there is an answer other than undefined. */
export async function until<T>(what: string, ask: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = performance.now() + 20_000
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > deadline) throw new Error(`Waited too long until ${what}.`)
    await pause(10)
  }
}
