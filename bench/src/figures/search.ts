import type { Bench } from '../frame/bench.ts'
import { median } from '../frame/statistics.ts'
import { takeTurns, type Turn } from '../frame/take-turns.ts'
import { openConnection, type Connection } from '../load/connection.ts'
import { trpcMutation, trpcQuery, type Shot } from '../load/http-request.ts'
import { withLongestWait } from '../load/longest-wait.ts'
import { startMeasuredApi } from '../servers/start-server.ts'
import { bothEngines } from '../shop/both-engines.ts'
import { fillShop } from '../shop/fill-shop.ts'
import { addLargeCatalogue, importOf, searchesOf } from '../shop/large-catalogue.ts'
import { withoutBookIndex } from '../shop/without-book-index.ts'

/** Requests of a kind in a round. */
const REQUESTS = 5

/** Imports in a round: 2,000 books, so that each engine also merges what it has added to its index. */
const IMPORTS = 20

/** How long searches of a large catalogue take, and what their index costs an import. */
export const search: Bench = {
  name: 'search',
  about: 'searches of a catalogue of 1,000,000 books, and imports into it, on both engines',
  async run({ rounds, most, progress }) {
    const books = Math.min(1_000_000, most)
    await using disposables = new AsyncDisposableStack()
    const both = disposables.use(await bothEngines())
    const turns: Turn[] = []
    let imported = books
    for (const { variant, url, store } of both.engines) {
      progress(`filling ${variant} with ${books.toLocaleString('en')} books`)
      const { admin } = await fillShop(store, { readers: 1, books: 1 })
      await addLargeCatalogue(store, books)
      const api = disposables.use(await startMeasuredApi({ databaseUrl: url, part: 'any' }))
      const open = async () => disposables.adopt(await openConnection(api.url), (opened) => opened.close())
      const [caller, prober] = [await open(), await open()]
      for (const { what, input } of searchesOf(books)) {
        const shots = Array.from({ length: REQUESTS }, () => trpcQuery('books.list', input))
        turns.push({
          variant,
          at: what,
          baseline: { variant: 'SQLite', at: what },
          take: () => measure(caller, prober, shots),
        })
      }
      const takeImports = () => {
        const shots = Array.from({ length: IMPORTS }, () => {
          const rows = importOf(imported)
          imported += rows.length
          return trpcMutation('books.import', { rows }, admin.token)
        })
        return measure(caller, prober, shots)
      }
      const [without, withIt] = ['100 books imported without the index', '100 books imported']
      turns.push(
        { variant, at: without, take: () => withoutBookIndex(store, takeImports) },
        { variant, at: withIt, baseline: { variant, at: without }, take: takeImports },
      )
    }
    return {
      name: 'search',
      title: 'Searching a large catalogue',
      about: `books.list through tRPC in a catalogue of ${books.toLocaleString('en')} books, ${REQUESTS} times per round, and books.import of new books, ${IMPORTS} times per round. Meanwhile another connection requests /livez in a loop; the last column is its longest response time.`,
      measures: [
        { name: 'median ms', better: 'less', digits: 1 },
        { name: 'longest wait ms', better: 'less', digits: 1 },
      ],
      rows: await takeTurns(turns, { rounds, progress }),
      skipped: both.skipped,
    }
  },
}

/** Sends requests one after another. */
async function measure(caller: Connection, prober: Connection, shots: Shot[]) {
  const times: number[] = []
  const { longestMs } = await withLongestWait(prober, async () => {
    for (const shot of shots) {
      const started = performance.now()
      const { status, body } = await caller.send(shot.bytes)
      if (status !== 200) throw new Error(`${shot.name} was answered with ${status}: ${body}`)
      times.push(performance.now() - started)
    }
  })
  return { 'median ms': median(times), 'longest wait ms': longestMs }
}
