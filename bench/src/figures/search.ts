import type { Bench } from '../frame/bench.ts'
import { median } from '../frame/statistics.ts'
import { takeTurns, type Turn } from '../frame/take-turns.ts'
import { openConnection } from '../load/connection.ts'
import { trpcQuery } from '../load/http-request.ts'
import { withLongestWait } from '../load/longest-wait.ts'
import { startMeasuredApi } from '../servers/start-server.ts'
import { bothEngines } from '../shop/both-engines.ts'
import { addLargeCatalogue, searchesOf } from '../shop/large-catalogue.ts'

/** How long searches of a large catalogue take. */
export const search: Bench = {
  name: 'search',
  about: 'searches of a catalogue of 1,000,000 books, on both engines',
  async run({ rounds, most, progress }) {
    const books = Math.min(1_000_000, most)
    await using disposables = new AsyncDisposableStack()
    const both = disposables.use(await bothEngines())
    const turns: Turn[] = []
    for (const { variant, url, store } of both.engines) {
      progress(`filling ${variant} with ${books.toLocaleString('en')} books`)
      await addLargeCatalogue(store, books)
      const api = disposables.use(await startMeasuredApi({ databaseUrl: url, part: 'any' }))
      const open = async () => disposables.adopt(await openConnection(api.url), (opened) => opened.close())
      const [caller, prober] = [await open(), await open()]
      for (const { what, query } of searchesOf(books)) {
        turns.push({
          variant,
          at: what,
          baseline: { variant: 'SQLite', at: what },
          async take() {
            const times: number[] = []
            const { longestMs } = await withLongestWait(prober, async () => {
              for (let repeat = 0; repeat < 5; repeat += 1) {
                const started = performance.now()
                const { status, body } = await caller.send(trpcQuery('books.list', { query }).bytes)
                if (status !== 200) throw new Error(`The search was answered with ${status}: ${body}`)
                times.push(performance.now() - started)
              }
            })
            return { 'median ms': median(times), 'longest wait ms': longestMs }
          },
        })
      }
    }
    return {
      name: 'search',
      title: 'Searching a large catalogue',
      about: `books.list through tRPC in a catalogue of ${books.toLocaleString('en')} books with statistics, five times per round. Meanwhile another connection requests /livez in a loop; the last column is its longest response time.`,
      measures: [
        { name: 'median ms', better: 'less', digits: 1 },
        { name: 'longest wait ms', better: 'less', digits: 1 },
      ],
      rows: await takeTurns(turns, { rounds, progress }),
      skipped: both.skipped,
    }
  },
}
