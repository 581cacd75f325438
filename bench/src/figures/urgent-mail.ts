import { sql } from 'kysely'
import type { Store } from '@prebook/db'
import type { Bench } from '../frame/bench.ts'
import { takeTurns, type Turn } from '../frame/take-turns.ts'
import { startBareServer } from '../servers/start-server.ts'
import { bothEngines } from '../shop/both-engines.ts'
import { addCrowd, addSoldOutBooks, addWaiting, fillShop, settleStatistics } from '../shop/fill-shop.ts'

/** Deliveries that are inserted at once. */
const SLICE = 20_000

/** How long a password reset waits behind the mails about a large broadcast. */
export const urgentMail: Bench = {
  name: 'urgent-mail',
  about: 'a password reset while 1,000,000 restock mails wait',
  async run({ rounds, most, progress }) {
    const count = Math.min(1_000_000, most)
    await using disposables = new AsyncDisposableStack()
    const waiting = `${count.toLocaleString('en')} restock mails wait`
    const turns: Turn[] = []
    const skipped: string[] = []
    for (const mails of [0, count]) {
      const { engines, skipped: missing } = disposables.use(await bothEngines())
      if (mails === 0) skipped.push(...missing)
      for (const { variant, url, store } of engines) {
        const { readers } = await fillShop(store, { readers: 1, books: 1 })
        progress(`${variant}: queueing ${mails.toLocaleString('en')} mails`)
        if (mails > 0) await queueRestockMails(store, mails)
        const sink = disposables.use(await startBareServer('smtp-sink', { part: 'load' }))
        const { smtp } = (await (await fetch(sink.url)).json()) as { smtp: string }
        const args = [url, smtp, '20', String(readers[0]?.id)]
        const service = disposables.use(await startBareServer('mail-service', { args }))
        turns.push({
          variant,
          at: mails === 0 ? 'no other mail' : waiting,
          ...(mails > 0 && { baseline: { variant, at: 'no other mail' } }),
          async take() {
            const { ms } = (await (await fetch(service.url, { method: 'POST' })).json()) as { ms: number }
            return { ms }
          },
        })
      }
    }
    return {
      name: 'urgent-mail',
      title: 'A password reset while other mail waits',
      about: `The time from the request until the mail server has accepted the mail. The service sends 20 mails per second over 5 connections, its defaults, and is busy with the restock mails all the time.`,
      measures: [{ name: 'ms', better: 'less', digits: 0 }],
      rows: await takeTurns(turns, { rounds, progress }),
      ...(skipped.length > 0 && { skipped }),
    }
  },
}

/** Closes a waitlist of that size, with its deliveries queued. */
async function queueRestockMails(store: Store, count: number): Promise<void> {
  const { first: bookId } = await addSoldOutBooks(store, 1)
  const waitlistId = await addWaiting(store, bookId, await addCrowd(store, count))
  await store.write(async (tx) => {
    const { id } = await tx
      .insertInto('stock_movements')
      .columns(['book_id', 'delta', 'quantity_after', 'actor_id', 'created_at'])
      .expression(
        sql`select ${sql.lit(bookId)}, 3, 3, id, 0 from users where role = 'admin' order by id limit 1`,
      )
      .returning('id')
      .executeTakeFirstOrThrow()
    await tx
      .updateTable('waitlists')
      .set({ notified_at: 0, closed_by: id, notified_count: count, dispatched_at: 0 })
      .where('id', '=', waitlistId)
      .execute()
  })
  const { first } = await store.read((reader) =>
    reader
      .selectFrom('prebooks')
      .select((eb) => eb.fn.min<number>('id').as('first'))
      .where('waitlist_id', '=', waitlistId)
      .executeTakeFirstOrThrow(),
  )
  // In slices, each within the timeout of a statement.
  for (let from = first; from < first + count; from += SLICE) {
    await store.write((tx) =>
      sql`insert into deliveries
        (kind, dedupe_key, lane, user_id, prebook_id, book_id, state, queued_at, next_attempt_at)
        select 'restock', 'restock:' || id, 'bulk', user_id, id, ${sql.lit(bookId)}, 'pending', 0, 0
        from prebooks where waitlist_id = ${sql.lit(waitlistId)}
          and id >= ${sql.lit(from)} and id < ${sql.lit(from + SLICE)} order by id`.execute(tx),
    )
  }
  await settleStatistics(store)
}
