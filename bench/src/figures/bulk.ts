import { setTimeout as pause } from 'node:timers/promises'
import { limits } from '@prebook/core'
import type { Bench } from '../frame/bench.ts'
import { takeTurns, type Turn } from '../frame/take-turns.ts'
import { openConnection } from '../load/connection.ts'
import { trpcMutation, type Shot } from '../load/http-request.ts'
import { withLongestWait } from '../load/longest-wait.ts'
import { startMeasuredApi } from '../servers/start-server.ts'
import { bothEngines } from '../shop/both-engines.ts'
import { addCrowd, addSoldOutBooks, addWaiting, fillShop, settleStatistics } from '../shop/fill-shop.ts'
import { isbn13 } from '../shop/isbn13.ts'

/** Rows of one import request, the most that the API accepts. */
const BATCH = limits.importRows.max

/** How long a round may take before it fails, in milliseconds. */
const TIMEOUT_MS = 600_000

/** Writing many rows: the deliveries of a broadcast, and an import of the catalogue. */
export const bulk: Bench = {
  name: 'bulk',
  about: 'deliveries written and books imported per second, on both engines',
  async run({ rounds, quick, progress }) {
    const readers = quick ? 2_000 : 100_000
    const imported = BATCH * (quick ? 4 : 80)
    await using disposables = new AsyncDisposableStack()
    const both = disposables.use(await bothEngines())
    const turns: Turn[] = []
    for (const { variant, url, store } of both.engines) {
      progress(`filling ${variant}`)
      const { admin } = await fillShop(store, { readers: 1, books: 1 })
      const crowd = await addCrowd(store, readers)
      await settleStatistics(store)
      const api = disposables.use(await startMeasuredApi({ databaseUrl: url, part: 'any' }))
      const open = async () => disposables.adopt(await openConnection(api.url), (opened) => opened.close())
      const [caller, prober] = [await open(), await open()]
      const send = async (shot: Shot) => {
        const { status, body } = await caller.send(shot.bytes)
        if (status !== 200) throw new Error(`${shot.name} was answered with ${status}: ${body}`)
      }
      /** The number of waitlists whose deliveries are not all written. */
      const undispatched = () =>
        store.read((reader) =>
          reader
            .selectFrom('waitlists')
            .select('id')
            .where('notified_at', 'is not', null)
            .where('dispatched_at', 'is', null)
            .execute(),
        )
      /** Deliveries that are not held yet. Without a mail server each is written once more, which is not measured. */
      const unsettled = () =>
        store.read((reader) =>
          reader
            .selectFrom('deliveries')
            .select('id')
            .where('lane', '=', 'bulk')
            .where('state', '=', 'pending')
            .limit(1)
            .execute(),
        )
      const untilNone = async (read: () => Promise<unknown[]>) => {
        const started = performance.now()
        while ((await read()).length > 0) {
          if (performance.now() - started > TIMEOUT_MS)
            throw new Error('The deliveries were not written in time.')
          await pause(10)
        }
      }
      let rowsSent = 0
      turns.push(
        {
          variant,
          at: 'deliveries written',
          async take() {
            const { first: bookId } = await addSoldOutBooks(store, 1)
            await addWaiting(store, bookId, crowd)
            await settleStatistics(store)
            await untilNone(unsettled)
            const started = performance.now()
            const { longestMs } = await withLongestWait(prober, async () => {
              await send(trpcMutation('stock.set', { bookId, quantity: 5 }, admin.token))
              await untilNone(undispatched)
            })
            const seconds = (performance.now() - started) / 1000
            return { 'rows per second': readers / seconds, 'longest wait ms': longestMs }
          },
        },
        {
          variant,
          at: 'books imported',
          async take() {
            await untilNone(unsettled)
            const shots: Shot[] = []
            for (let sent = 0; sent < imported; sent += BATCH) {
              const rows = Array.from({ length: BATCH }, () => newBook(rowsSent++))
              shots.push(trpcMutation('books.import', { rows }, admin.token))
            }
            const started = performance.now()
            const { longestMs } = await withLongestWait(prober, async () => {
              for (const shot of shots) await send(shot)
            })
            const seconds = (performance.now() - started) / 1000
            return { 'rows per second': imported / seconds, 'longest wait ms': longestMs }
          },
        },
      )
    }
    return {
      name: 'bulk',
      title: 'Writing many rows',
      about: `Deliveries: from the restock of a title for which ${readers.toLocaleString('en')} readers wait until each of them has a delivery. Books: an import of ${imported.toLocaleString('en')} new books, ${BATCH} per request, one request after the other, half of them with stock. Meanwhile another connection requests /livez in a loop; the last column is its longest response time.`,
      measures: [
        { name: 'rows per second', better: 'more', digits: 0 },
        { name: 'longest wait ms', better: 'less', digits: 1 },
      ],
      rows: await takeTurns(turns, { rounds: Math.min(rounds, 3), progress }),
      skipped: both.skipped,
    }
  },
}

function newBook(number: number) {
  return {
    title: `Book ${(number * 7_919) % 100_003} of many`,
    author: `Author ${number % 977}`,
    priceCents: 1_999,
    isbn: isbn13(number),
    stockQuantity: number % 2,
  }
}
