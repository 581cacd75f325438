import { sql } from 'kysely'
import type { Store } from '@prebook/db'
import type { Bench } from '../frame/bench.ts'
import { median } from '../frame/statistics.ts'
import { takeTurns, type Turn } from '../frame/take-turns.ts'
import { bothEngines } from '../shop/both-engines.ts'
import { addCrowd } from '../shop/fill-shop.ts'
import { signInAdmin } from '../shop/measured-admin.ts'

/** Repeats in a round: enough for prepared statements to get their generic plans. */
const REPEATS = 7

/** What staff look for. */
const searches: { what: string; query: string }[] = [
  { what: 'nothing found', query: 'zzqxv@nowhere' },
  { what: 'one old account', query: 'crowd777@' },
  { what: 'every account', query: '@bench' },
]

/** How long searches in the addresses of many accounts take. */
export const accounts: Bench = {
  name: 'accounts',
  about: 'searches in the addresses of 1,000,000 accounts, on both engines',
  async run({ rounds, most, progress }) {
    const count = Math.min(1_000_000, most)
    await using disposables = new AsyncDisposableStack()
    const both = disposables.use(await bothEngines())
    const turns: Turn[] = []
    for (const { variant, store } of both.engines) {
      progress(`filling ${variant} with ${count.toLocaleString('en')} accounts`)
      await addCrowd(store, count)
      if (variant === 'PostgreSQL') await store.read((reader) => sql`vacuum analyze users`.execute(reader))
      const call = await signInAdmin(store)
      for (const { what, query } of searches) {
        const scan = `${variant}, without the index`
        turns.push({
          variant,
          at: what,
          baseline: { variant: scan, at: what },
          take: () => medianOf(async () => call.users.list({ query })),
        })
        turns.push({
          variant: scan,
          at: what,
          baseline: { variant: scan, at: what },
          take: () => medianOf(async () => compareAll(store, query)),
        })
      }
    }
    return {
      name: 'accounts',
      title: 'Searching many accounts',
      about: `users.list of ${count.toLocaleString('en')} accounts, called in the process, ${REPEATS} times per round, and a statement that compares every address.`,
      measures: [{ name: 'median ms', better: 'less', digits: 1 }],
      rows: await takeTurns(turns, { rounds, progress }),
      skipped: both.skipped,
    }
  },
}

async function medianOf(work: () => Promise<unknown>): Promise<{ 'median ms': number }> {
  const times: number[] = []
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    const started = performance.now()
    await work()
    times.push(performance.now() - started)
  }
  return { 'median ms': median(times) }
}

/** A page by comparing addresses until it is full. `|| ''` keeps the index from being used. */
async function compareAll(store: Store, query: string): Promise<unknown> {
  return store.read((reader) =>
    sql`select * from users where email || '' like ${`%${query}%`} order by id desc limit 51`.execute(reader),
  )
}
