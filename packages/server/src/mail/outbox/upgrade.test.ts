import { describe, expect, test } from 'vitest'
import { openStore } from '@prebook/db'
import { engines, fillOldSchemaWith } from '@prebook/db/testing'
import { collectLog, quick, servicesOn, settings, shopOn } from '../../testing/mail-shop.ts'
import { startTestSmtp } from '../../testing/smtp-server.ts'
import { startMail } from '../start-mail.ts'

const WAITING = 12

/** A book that was restocked, with one mail that waits, and another that readers wait for. */
const statements = [
  `insert into books (id, title, author, price_cents, stock_quantity, search_text, created_at, updated_at)
    values (1, 'Dune', 'Frank Herbert', 1, 3, 'dune', 1, 1), (2, 'Emma', 'Jane Austen', 1, 0, 'emma', 1, 1)`,
  `insert into users (id, email, password_hash, role, created_at) values (1, 'admin@example.org', 'x', 'admin', 1)`,
  ...Array.from(
    { length: WAITING },
    (_, index) => `insert into users (id, email, password_hash, role, created_at)
      values (${index + 2}, 'old${index}@example.org', 'x', 'reader', 1)`,
  ),
  `insert into stock_movements (id, book_id, delta, quantity_after, actor_id, created_at) values (1, 1, 3, 3, 1, 1)`,
  `insert into waitlists (id, book_id, opened_at, notified_at, closed_by, notified_count, dispatch_cursor, dispatched_at)
    values (1, 1, 1, 2, 1, 2, 2, 3)`,
  `insert into waitlists (id, book_id, opened_at) values (2, 2, 1)`,
  `insert into prebooks (id, waitlist_id, user_id, created_at) values (1, 1, 2, 1), (2, 1, 3, 1)`,
  ...Array.from(
    { length: WAITING },
    (_, index) =>
      `insert into prebooks (id, waitlist_id, user_id, created_at) values (${index + 3}, 2, ${index + 2}, 1)`,
  ),
  `insert into deliveries (prebook_id, book_id, state, queued_at, next_attempt_at, sent_at)
    values (1, 1, 'sent', 2, 2, 3), (2, 1, 'pending', 2, 2, null)`,
]

describe.each(engines)('mail on $name', (engine) => {
  test('of a database from before the outbox is sent, and a restock after the upgrade mails everybody', async () => {
    await using smtp = await startTestSmtp()
    await using database = await engine.createEmpty()
    await fillOldSchemaWith(database.url, '0006-audit-entries', statements)
    const store = await openStore(database.url)
    const services = servicesOn(store)
    const shop = shopOn(services)
    const mail = startMail(services, settings(smtp.url), collectLog(), quick)
    try {
      await shop.settled(2)
      // The mail that waited has the Message-ID that an earlier attempt would have had.
      expect(smtp.arrived.map(({ to, messageId }) => [to[0], messageId])).toEqual([
        ['old1@example.org', '<delivery-2.prebook-2@books.example>'],
      ])
      await shop.restock(2)
      await shop.settled(2 + WAITING)
      const later = smtp.arrived.slice(1)
      expect(later.flatMap(({ to }) => to).toSorted()).toEqual(
        Array.from({ length: WAITING }, (_, index) => `old${index}@example.org`).toSorted(),
      )
      const parts = later.map(({ messageId }) => /^<\d+\.([\w-]{16})@books\.example>$/.exec(messageId)?.[1])
      expect(new Set(parts).size).toBe(1)
      expect(parts[0]).toBeDefined()
    } finally {
      await mail.stop(1_000)
      await store.close()
    }
  })
})
