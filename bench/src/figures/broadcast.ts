import { sql } from 'kysely'
import type { Store } from '@prebook/db'
import type { Bench } from '../frame/bench.ts'
import { takeTurns, type Turn } from '../frame/take-turns.ts'
import { bothEngines, type MeasuredEngine } from '../shop/both-engines.ts'
import { addCrowd, addSoldOutBooks, addWaiting, settleStatistics } from '../shop/fill-shop.ts'
import { reopen } from '../shop/reopen.ts'
import { signInAdmin } from '../shop/measured-admin.ts'

const SIZES = [10, 1_000, 100_000, 1_000_000]

/**
 * The cost of a broadcast: `stock.set` on books with ever longer waitlists. The alternative it is compared with is the
 * classical one, an UPDATE of every waiting row, in the same database with the same durability.
 */
export const broadcast: Bench = {
  name: 'broadcast',
  about: 'a restock by waitlist length, against an UPDATE of every row, on both engines',
  async run({ rounds, most, progress }) {
    const sizes = SIZES.filter((size) => size <= most)
    await using both = await bothEngines()
    const turns: Turn[] = []
    for (const engine of both.engines) {
      progress(`filling waitlists of ${sizes.join(', ')} on ${engine.variant}`)
      turns.push(...(await turnsOn(engine, sizes)))
    }
    return {
      name: 'broadcast',
      title: 'Restock by waitlist length',
      about: `transaction: stock, movement and the closed waitlist, committed and flushed. call: the whole of stock.set, including the count after the commit. gap: the longest time the event loop was blocked during the call. growth: how much the process grew. The classical alternative, one UPDATE that sets the status of every row, is measured in one round of three.`,
      measures: [
        { name: 'transaction ms', better: 'less', digits: 2 },
        { name: 'call ms', better: 'less', digits: 2 },
        { name: 'gap ms', better: 'less', digits: 2 },
        { name: 'growth MB', better: 'less', digits: 1 },
      ],
      rows: await takeTurns(turns, { rounds, progress }),
      skipped: both.skipped,
    }
  },
}

async function turnsOn({ variant, store }: MeasuredEngine, sizes: number[]): Promise<Turn[]> {
  const watched = watchTransactions(store)
  const admin = await signInAdmin(watched.store)
  const crowd = await addCrowd(store, Math.max(...sizes))
  const books = await addSoldOutBooks(store, sizes.length)
  await addClassicTable(store)
  for (const [index, size] of sizes.entries()) {
    const waiting = { first: crowd.first, last: crowd.first + size - 1 }
    await addWaiting(store, books.first + index, waiting)
    await addClassicRows(store, books.first + index, waiting)
  }
  await settleStatistics(store)
  const at = (size: number) => `${size.toLocaleString('en')} waiting`
  return sizes.flatMap((size, index): Turn[] => {
    const bookId = books.first + index
    let round = 0
    return [
      {
        variant,
        at: at(size),
        baseline: { variant, at: at(sizes[0] ?? 0) },
        async take() {
          const before = process.memoryUsage.rss()
          const restock = await timed(() => admin.stock.set({ bookId, quantity: 5 }))
          const growthMb = (process.memoryUsage.rss() - before) / 1_000_000
          await reopen(store, bookId)
          return {
            'transaction ms': watched.lastMs(),
            'call ms': restock.ms,
            'gap ms': restock.longestGapMs,
            'growth MB': growthMb,
          }
        },
      },
      {
        variant: `${variant}, UPDATE of every row`,
        at: at(size),
        baseline: { variant, at: at(size) },
        async take(): Promise<Record<string, number>> {
          // It takes seconds at the largest size, so one round in three is enough.
          if (round++ % 3 !== 1) return {}
          const classic = await timed(() => updateEveryRow(store, bookId))
          await resetEveryRow(store, bookId)
          return { 'transaction ms': classic.ms, 'gap ms': classic.longestGapMs }
        },
      },
    ]
  })
}

/** Records how long the last transaction on a book took, from the request for the lock to the end of the commit. */
function watchTransactions(store: Store): { store: Store; lastMs: () => number } {
  let lastMs = 0
  const writeOnBook: Store['writeOnBook'] = async (...args) => {
    const started = performance.now()
    const result = await store.writeOnBook(...args)
    lastMs = performance.now() - started
    return result
  }
  const watched = new Proxy(store, {
    get(target, key) {
      if (key === 'writeOnBook') return writeOnBook
      const member: unknown = Reflect.get(target, key)
      return typeof member === 'function' ? (member.bind(target) as unknown) : member
    },
  })
  return { store: watched, lastMs: () => lastMs }
}

/** Times some work, and the longest gap between two turns of the event loop while it runs. */
async function timed(work: () => Promise<unknown>): Promise<{ ms: number; longestGapMs: number }> {
  let longestGapMs = 0
  let last = performance.now()
  let running = true
  const turn = () => {
    const now = performance.now()
    longestGapMs = Math.max(longestGapMs, now - last)
    last = now
    if (running) setImmediate(turn)
  }
  setImmediate(turn)
  const started = performance.now()
  await work()
  const ms = performance.now() - started
  turn()
  running = false
  return { ms, longestGapMs }
}

async function addClassicTable(store: Store): Promise<void> {
  const key = store.engine === 'postgres' ? 'bigint generated by default as identity' : 'integer'
  await store.write(async (tx) => {
    await sql`create table classic_prebooks (id ${sql.raw(key)} primary key, book_id bigint not null,
      user_id bigint not null, status text not null, notified_at bigint)`.execute(tx)
    await sql`create index classic_book_status on classic_prebooks (book_id, status)`.execute(tx)
  })
}

async function addClassicRows(store: Store, bookId: number, people: { first: number; last: number }) {
  await store.write((tx) =>
    sql`insert into classic_prebooks (book_id, user_id, status) select ${sql.lit(bookId)}, id, 'waiting'
      from users where id between ${sql.lit(people.first)} and ${sql.lit(people.last)} order by id`.execute(
      tx,
    ),
  )
}

async function updateEveryRow(store: Store, bookId: number): Promise<void> {
  await store.write((tx) =>
    sql`update classic_prebooks set status = 'notified', notified_at = ${Date.now()}
      where book_id = ${bookId} and status = 'waiting'`.execute(tx),
  )
}

async function resetEveryRow(store: Store, bookId: number): Promise<void> {
  await store.write((tx) =>
    sql`update classic_prebooks set status = 'waiting', notified_at = null where book_id = ${bookId}`.execute(
      tx,
    ),
  )
}
