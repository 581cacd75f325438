import type { Bench } from '../frame/bench.ts'
import { quantile } from '../frame/statistics.ts'
import { takeTurns, type Turn } from '../frame/take-turns.ts'
import { openConnection } from '../load/connection.ts'
import { trpcMutation } from '../load/http-request.ts'
import { steadily } from '../load/steadily.ts'
import { startMeasuredApi } from '../servers/start-server.ts'
import { bothEngines, type MeasuredEngine } from '../shop/both-engines.ts'
import { fillShop, settleStatistics, type Shop } from '../shop/fill-shop.ts'

/** Clients that pre-book without pause: more than either engine can keep up with. */
const CLIENTS = 16

/** Pre-bookings per second at a realistic, steady rate: less than the capacity of either engine. */
const PER_SECOND = 200

/** How long a restock takes while many readers pre-book the same title. */
export const restock: Bench = {
  name: 'restock',
  about: 'a restock during a stream of creates for the same book, on both engines',
  async run({ rounds, quick, progress }) {
    const restocks = quick ? 20 : 200
    await using disposables = new AsyncDisposableStack()
    const both = disposables.use(await bothEngines())
    const turns: Turn[] = []
    for (const engine of both.engines) {
      progress(`filling ${engine.variant}`)
      const shop = await fillShop(engine.store, { readers: 2_000, books: 1 })
      await settleStatistics(engine.store)
      const { url } = disposables.use(await startMeasuredApi({ databaseUrl: engine.url, part: 'any' }))
      turns.push(...turnsOn(engine, shop, { url, restocks }))
    }
    return {
      name: 'restock',
      title: 'Restock under load',
      about: `stock.set from 0 to 5 through tRPC, ${restocks} times per round, and back to 0 in between. Meanwhile readers pre-book the same title: at a fixed ${PER_SECOND} per second, or from ${CLIENTS} clients without pause, which is more than the machine can keep up with, so that requests queue. A pre-booking that is refused, because the title is in stock at that moment or the reader is already waiting, is repeated later.`,
      measures: [
        { name: 'p99 ms', better: 'less', digits: 2 },
        { name: 'p50 ms', better: 'less', digits: 2 },
        { name: 'create p99 ms', better: 'less', digits: 2 },
        { name: 'create p50 ms', better: 'less', digits: 2 },
        { name: 'requests per second', better: 'more', digits: 0 },
        { name: 'creates per second', better: 'more', digits: 0 },
      ],
      rows: await takeTurns(turns, { rounds, progress }),
      skipped: both.skipped,
    }
  },
}

function turnsOn(
  { variant }: MeasuredEngine,
  shop: Shop,
  { url, restocks }: { url: string; restocks: number },
): Turn[] {
  const bookId = shop.books.first
  const setTo = (quantity: number) => trpcMutation('stock.set', { bookId, quantity }, shop.admin.token).bytes
  const measure = async () => {
    await using disposables = new AsyncDisposableStack()
    const connection = disposables.adopt(await openConnection(url), (opened) => opened.close())
    const waits: number[] = []
    for (let count = 0; count < restocks; count += 1) {
      const started = performance.now()
      const { status, body } = await connection.send(setTo(5))
      waits.push(performance.now() - started)
      const sold = await connection.send(setTo(0))
      if (status !== 200 || sold.status !== 200)
        throw new Error(`A restock was answered with ${status}: ${body}`)
    }
    return { 'p99 ms': quantile(waits, 0.99), 'p50 ms': quantile(waits, 0.5) }
  }
  let next = 0
  const create = () => {
    const reader = shop.readers[next++ % shop.readers.length]
    return trpcMutation('prebooks.create', { bookId }, reader?.token)
  }
  const baseline = { variant, at: 'no other load' }
  return [
    { variant, at: 'no other load', take: measure },
    {
      variant,
      at: `${PER_SECOND} creates per second`,
      baseline,
      async take() {
        const stopped = new AbortController()
        const stream = steadily(url, {
          shot: create,
          perSecond: PER_SECOND,
          until: stopped.signal,
          expect: [200, 409],
        })
        const measured = await measure()
        stopped.abort()
        const creates = await stream
        return {
          ...measured,
          'create p99 ms': creates['p99 ms'],
          'create p50 ms': creates['p50 ms'],
          'requests per second': PER_SECOND,
        }
      },
    },
    {
      variant,
      at: `${CLIENTS} clients without pause`,
      baseline,
      async take() {
        const stream = { active: true }
        const waits: number[] = []
        let created = 0
        const clients = Array.from({ length: CLIENTS }, async () => {
          await using disposables = new AsyncDisposableStack()
          const connection = disposables.adopt(await openConnection(url), (opened) => opened.close())
          while (stream.active) {
            const { bytes } = create()
            const sentAt = performance.now()
            const { status, body } = await connection.send(bytes)
            waits.push(performance.now() - sentAt)
            if (status !== 200 && status !== 409)
              throw new Error(`A create was answered with ${status}: ${body}`)
            if (status === 200) created += 1
          }
        })
        const started = performance.now()
        const measured = await measure()
        stream.active = false
        const seconds = (performance.now() - started) / 1000
        await Promise.all(clients)
        return {
          ...measured,
          'create p99 ms': quantile(waits, 0.99),
          'create p50 ms': quantile(waits, 0.5),
          'requests per second': waits.length / seconds,
          'creates per second': created / seconds,
        }
      },
    },
  ]
}
