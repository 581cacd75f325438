import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openStore, type Store } from '@prebook/db'
import { median, table } from './figures.ts'
import { signInAdmin } from './measured-admin.ts'

const SIZES = [10, 1_000, 100_000, 1_000_000]

/** Milliseconds of each round, and by how many megabytes the process's memory grew. */
type Figures = Record<'transaction' | 'call' | 'gap' | 'grown' | 'classic' | 'classicGap', number[]>

/**
 * The price of telling everybody: `stock.set` on books with ever longer waitlists, beside the classical way, one UPDATE
 * of every waiting row, on the same file with the same durability. Sizes take turns, so that a machine that slows down
 * slows all of them.
 */
export async function benchBroadcast(options: { most: number; rounds: number }): Promise<void> {
  const sizes = SIZES.filter((size) => size <= options.most)
  const folder = await mkdtemp(join(tmpdir(), 'prebook-bench-'))
  const store = await openStore(`file:${join(folder, 'bench.db')}`)
  try {
    process.stdout.write(`Filling waitlists of ${sizes.join(', ')} …\n`)
    const watched = watchTransactions(store)
    const admin = await signInAdmin(watched.store)
    const books = await fill(store, sizes)
    const figures = new Map<number, Figures>(
      sizes.map((size) => [
        size,
        { transaction: [], call: [], gap: [], grown: [], classic: [], classicGap: [] },
      ]),
    )
    // The first round warms everything up and does not count.
    for (let round = -1; round < options.rounds; round += 1) {
      for (const [index, size] of sizes.entries()) {
        const bookId = books[index] ?? 0
        const kept = round < 0 ? undefined : figures.get(size)
        const before = process.memoryUsage.rss()
        const restock = await timed(() => admin.stock.set({ bookId, quantity: 5 }))
        kept?.transaction.push(watched.lastMs())
        kept?.call.push(restock.ms)
        kept?.grown.push((process.memoryUsage.rss() - before) / 1_000_000)
        kept?.gap.push(restock.longestGapMs)
        await reopen(store, bookId)
        // The classical way takes seconds at the largest size: a few rounds tell enough.
        if (round >= 0 && round < 3) {
          const classic = await timed(() => updateEveryRow(store, bookId))
          kept?.classic.push(classic.ms)
          kept?.classicGap.push(classic.longestGapMs)
          await resetEveryRow(store, bookId)
        }
      }
    }
    print(sizes, figures)
  } finally {
    await store.close()
    await rm(folder, { recursive: true })
  }
}

function print(sizes: number[], figures: Map<number, Figures>): void {
  const first = figures.get(sizes[0] ?? 0)
  const rows = sizes.map((size) => {
    const kept = figures.get(size)
    const ms = (values: number[] | undefined) => median(values ?? []).toFixed(2)
    const ratio = median(kept?.transaction ?? []) / median(first?.transaction ?? [])
    return [
      size.toLocaleString('en'),
      ms(kept?.transaction),
      `${ratio.toFixed(2)} ×`,
      ms(kept?.call),
      ms(kept?.gap),
      median(kept?.grown ?? []).toFixed(1),
      ms(kept?.classic),
      ms(kept?.classicGap),
      `${(median(kept?.classic ?? []) / median(kept?.transaction ?? [])).toFixed(0)} ×`,
    ]
  })
  process.stdout.write(
    `\nA restock by the length of the waitlist: medians in ms\n\n${table(
      ['waiting', 'transaction', 'to 10', 'call', 'gap', 'MB', 'UPDATE', 'its gap', 'UPDATE to transaction'],
      rows,
    )}\n
transaction: stock, movement and the closed waitlist, committed with synchronous = FULL. to 10: beside the one with ten
waiting. call: stock.set as a whole, with the counting after the commit. gap: the longest time that the event loop was
held up meanwhile. MB: what the process grew by. UPDATE: the status of every row set in one statement, as is usual.\n`,
  )
}

/** Notes how long the last transaction on a book took, from the request for the lock to the end of the commit. */
function watchTransactions(store: Store): { store: Store; lastMs: () => number } {
  let lastMs = 0
  const watched: Store = {
    engine: store.engine,
    read: (work) => store.read(work),
    write: (work, tell) => store.write(work, tell),
    listen: (hear) => store.listen(hear),
    close: () => store.close(),
    async writeOnBook(bookId, lock, work, tell) {
      const started = performance.now()
      const result = await store.writeOnBook(bookId, lock, work, tell)
      lastMs = performance.now() - started
      return result
    },
  }
  return { store: watched, lastMs: () => lastMs }
}

/** Runs something and watches the event loop: a turn that comes late was held up. */
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

/** A book for each size, with so many people on its open waitlist, written straight into the tables. */
async function fill(store: Store, sizes: number[]): Promise<number[]> {
  const most = Math.max(...sizes)
  const numbers = (count: number) =>
    sql`with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${count})`
  await store.write(async (tx) => {
    await sql`${numbers(most)} insert into users (email, password_hash, role, created_at)
      select 'reader' || n || '@bench.example', 'none', 'reader', 0 from numbers`.execute(tx)
    await sql`create table classic_prebooks (id integer primary key, book_id integer not null,
      user_id integer not null, status text not null, notified_at integer)`.execute(tx)
    await sql`create index classic_book_status on classic_prebooks (book_id, status)`.execute(tx)
  })
  const books = []
  for (const size of sizes) books.push(await store.write((tx) => fillOne(tx, size)))
  return books

  async function fillOne(tx: Parameters<Parameters<Store['write']>[0]>[0], size: number): Promise<number> {
    const title = `Book with ${size} waiting`
    const { id } = await tx
      .insertInto('books')
      .values({
        title,
        author: 'Bench',
        isbn: null,
        price_cents: 1,
        description: null,
        stock_quantity: 0,
        search_text: title,
        created_at: 0,
        updated_at: 0,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    const waitlist = await tx
      .insertInto('waitlists')
      .values({ book_id: id, opened_at: 0 })
      .returning('id')
      .executeTakeFirstOrThrow()
    await sql`insert into prebooks (waitlist_id, user_id, created_at)
      select ${waitlist.id}, id, 0 from users where role = 'reader' order by id limit ${size}`.execute(tx)
    await sql`insert into classic_prebooks (book_id, user_id, status)
      select ${id}, id, 'waiting' from users where role = 'reader' order by id limit ${size}`.execute(tx)
    return id
  }
}

/** Puts a book back to what it was before its restock. */
async function reopen(store: Store, bookId: number): Promise<void> {
  await store.write(async (tx) => {
    await tx
      .updateTable('waitlists')
      .set({ notified_at: null, closed_by: null, notified_count: null })
      .where('book_id', '=', bookId)
      .execute()
    await tx.updateTable('books').set({ stock_quantity: 0 }).where('id', '=', bookId).execute()
  })
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
