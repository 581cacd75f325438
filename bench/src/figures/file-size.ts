import type { Store } from '@prebook/db'
import type { Bench } from '../frame/bench.ts'
import { takeTurns, type Turn } from '../frame/take-turns.ts'
import { trpcMutation } from '../load/http-request.ts'
import { shoot } from '../load/shoot.ts'
import { startMeasuredApi } from '../servers/start-server.ts'
import { filledFile } from '../shop/filled-file.ts'
import { addCrowd, addSoldOutBooks, addWaiting } from '../shop/fill-shop.ts'

const SIZES = [10_000, 10_000_000]

/** The cost of a pre-booking by the size of the file. */
export const fileSize: Bench = {
  name: 'file-size',
  about: 'a create in a file of 10,000,000 prebooks, against one of 10,000',
  async run({ rounds, quick, most, progress }) {
    const count = { alone: quick ? 50 : 500, together: quick ? 640 : 4_000 }
    const [small = 0, large = 0] = SIZES.map((size) => Math.min(size, most))
    await using disposables = new AsyncDisposableStack()
    const turns: Turn[] = []
    const label = (size: number) => `${size.toLocaleString('en')} prebooks`
    for (const size of [small, large]) {
      progress(`filling a file with ${label(size)}`)
      const file = disposables.use(
        await filledFile({ readers: count.together, books: 4 * (rounds + 1) }, (store) =>
          addPrebooks(store, size),
        ),
      )
      // No copy: filling takes a minute, and only this API needs the file.
      const api = disposables.use(await startMeasuredApi({ databaseUrl: `file:${file.original}` }))
      let bookId = file.shop.books.first
      for (const [variant, clients, requests] of [
        ['1 client', 1, count.alone],
        ['64 clients', 64, count.together],
      ] as const) {
        turns.push({
          variant,
          at: label(size),
          baseline: { variant, at: label(small) },
          async take() {
            const hot = bookId++
            const shots = file.shop.readers
              .slice(0, requests)
              .map(({ token }) => trpcMutation('prebooks.create', { bookId: hot }, token))
            const { perSecond, p50Ms, p99Ms } = await shoot(api.url, { shots, clients, expect: [200] })
            return { 'ms per create': 1000 / perSecond, 'p50 ms': p50Ms, 'p99 ms': p99Ms }
          },
        })
      }
    }
    return {
      name: 'file-size',
      title: 'Pre-booking by file size',
      about: `prebooks.create through tRPC, in files that differ only in the number of prebooks they already hold. ms per create is the duration of the load divided by its number of requests; with 64 clients, requests overlap.`,
      measures: [
        { name: 'ms per create', better: 'less', digits: 3 },
        { name: 'p50 ms', better: 'less', digits: 2 },
        { name: 'p99 ms', better: 'less', digits: 2 },
      ],
      rows: await takeTurns(turns, { rounds, progress }),
    }
  },
}

/** Adds prebooks: the whole crowd on each waitlist, over as many books as that takes. */
async function addPrebooks(store: Store, count: number): Promise<void> {
  const people = Math.min(count, 100_000)
  const crowd = await addCrowd(store, people)
  const books = await addSoldOutBooks(store, Math.ceil(count / people))
  for (let bookId = books.first; bookId <= books.last; bookId += 1) await addWaiting(store, bookId, crowd)
}
