import type { Bench } from '../frame/bench.ts'
import { takeTurns, type Turn } from '../frame/take-turns.ts'
import { trpcMutation } from '../load/http-request.ts'
import { loadMeasures, loadValues, shoot } from '../load/shoot.ts'
import { startMeasuredApi } from '../servers/start-server.ts'
import { bothEngines } from '../shop/both-engines.ts'
import { addSoldOutBooks, fillShop, settleStatistics } from '../shop/fill-shop.ts'

const CLIENTS = [1, 16, 64]

/** Pre-booking on both engines, with one API process and with two. */
export const engines: Bench = {
  name: 'engines',
  about: 'creates on SQLite and PostgreSQL, for one book and many, with one and two API processes',
  async run({ rounds, quick, progress }) {
    const requests = (clients: number) => (clients === 1 ? (quick ? 30 : 200) : quick ? 320 : 2_000)
    await using disposables = new AsyncDisposableStack()
    const both = disposables.use(await bothEngines())
    const turns: Turn[] = []
    for (const { variant, url, store } of both.engines) {
      progress(`filling ${variant}`)
      const most = Math.max(...CLIENTS.map(requests))
      const shop = await fillShop(store, { readers: most, books: 1 })
      const apis: string[] = []
      // An SQLite file serves one process only; PostgreSQL serves several.
      for (let count = 1; count <= (variant === 'PostgreSQL' ? 2 : 1); count += 1) {
        // Not pinned: they share all cores with the database server.
        const api = disposables.use(await startMeasuredApi({ databaseUrl: url, part: 'any' }))
        apis.push(api.url)
        const urls = [...apis]
        for (const clients of CLIENTS) {
          for (const books of ['one book', 'many books'] as const) {
            turns.push({
              variant: `${variant}, ${count} API process${count > 1 ? 'es' : ''}`,
              at: `${books}, ${clients} client${clients > 1 ? 's' : ''}`,
              baseline: {
                variant: 'SQLite, 1 API process',
                at: `${books}, ${clients} client${clients > 1 ? 's' : ''}`,
              },
              async take() {
                const { first } = await addSoldOutBooks(store, books === 'one book' ? 1 : requests(clients))
                const shots = shop.readers
                  .slice(0, requests(clients))
                  .map(({ token }, index) =>
                    trpcMutation(
                      'prebooks.create',
                      { bookId: books === 'one book' ? first : first + index },
                      token,
                    ),
                  )
                return loadValues(await shoot(urls, { shots, clients, expect: [200] }))
              },
            })
          }
        }
      }
      await settleStatistics(store)
    }
    return {
      name: 'engines',
      title: 'SQLite and PostgreSQL',
      about: `prebooks.create through tRPC, ${requests(64)} requests per round, ${requests(1)} with a single client. Both engines flush every commit to disk. API processes and PostgreSQL share all cores of the machine.`,
      measures: [...loadMeasures],
      rows: await takeTurns(turns, { rounds, progress }),
      skipped: both.skipped,
    }
  },
}
