import type { Bench } from '../frame/bench.ts'
import { quantile } from '../frame/statistics.ts'
import { takeTurns, type Turn } from '../frame/take-turns.ts'
import { openConnection } from '../load/connection.ts'
import { trpcMutation } from '../load/http-request.ts'
import { steadily } from '../load/steadily.ts'
import { startMeasuredApi } from '../servers/start-server.ts'
import { bothEngines, type MeasuredEngine } from '../shop/both-engines.ts'
import { fillShop, settleStatistics, type Shop } from '../shop/fill-shop.ts'

/** Clients that pre-book without a pause: more than either engine keeps up with. */
const CLIENTS = 16

/** Pre-bookings a second when they come as people do, one by one: less than either engine carries. */
const PER_SECOND = 200

/** Whether a restock gets through while everybody pre-books the title. */
export const restock: Bench = {
  name: 'restock',
  about: 'a restock while creates for the same book stream in, on both engines',
  async run({ rounds, quick, progress }) {
    const restocks = quick ? 20 : 200
    await using disposables = new AsyncDisposableStack()
    const both = disposables.use(await bothEngines())
    const turns: Turn[] = []
    for (const engine of both.engines) {
      progress(`filling ${engine.way}`)
      const shop = await fillShop(engine.store, { readers: 2_000, books: 1 })
      await settleStatistics(engine.store)
      const { url } = disposables.use(await startMeasuredApi({ databaseUrl: engine.url, part: 'any' }))
      turns.push(...turnsOn(engine, shop, { url, restocks }))
    }
    return {
      name: 'restock',
      title: 'A restock under load',
      about: `stock.set from 0 to 5 through tRPC, ${restocks} times a round, and back to 0 in between. Meanwhile the same title is pre-booked: ${PER_SECOND} times a second, whether answers come or not; or by ${CLIENTS} clients who never pause, which is more than the machine keeps up with, so that everybody stands in a queue. Whoever is refused, because it is in stock for the moment or because they wait already, comes again.`,
      measures: [
        { name: 'p99 ms', better: 'less', digits: 2 },
        { name: 'p50 ms', better: 'less', digits: 2 },
        { name: 'a create, p99 ms', better: 'less', digits: 2 },
        { name: 'a create, p50 ms', better: 'less', digits: 2 },
        { name: 'requests a second', better: 'more', digits: 0 },
        { name: 'creates a second', better: 'more', digits: 0 },
      ],
      rows: await takeTurns(turns, { rounds, progress }),
      skipped: both.skipped,
    }
  },
}

function turnsOn(
  { way }: MeasuredEngine,
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
      if (status !== 200 || sold.status !== 200) throw new Error(`A restock was answered ${status}: ${body}`)
    }
    return { 'p99 ms': quantile(waits, 0.99), 'p50 ms': quantile(waits, 0.5) }
  }
  let next = 0
  const create = () => {
    const reader = shop.readers[next++ % shop.readers.length]
    return trpcMutation('prebooks.create', { bookId }, reader?.token)
  }
  const beside = { way, at: 'nothing else' }
  return [
    { way, at: 'nothing else', take: measure },
    {
      way,
      at: `${PER_SECOND} creates a second`,
      beside,
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
          'a create, p99 ms': creates['p99 ms'],
          'a create, p50 ms': creates['p50 ms'],
          'requests a second': PER_SECOND,
        }
      },
    },
    {
      way,
      at: `${CLIENTS} clients without a pause`,
      beside,
      async take() {
        const stream = { open: true }
        const waits: number[] = []
        let created = 0
        const clients = Array.from({ length: CLIENTS }, async () => {
          await using disposables = new AsyncDisposableStack()
          const connection = disposables.adopt(await openConnection(url), (opened) => opened.close())
          while (stream.open) {
            const { bytes } = create()
            const sentAt = performance.now()
            const { status, body } = await connection.send(bytes)
            waits.push(performance.now() - sentAt)
            if (status !== 200 && status !== 409) throw new Error(`A create was answered ${status}: ${body}`)
            if (status === 200) created += 1
          }
        })
        const started = performance.now()
        const measured = await measure()
        stream.open = false
        const seconds = (performance.now() - started) / 1000
        await Promise.all(clients)
        return {
          ...measured,
          'a create, p99 ms': quantile(waits, 0.99),
          'a create, p50 ms': quantile(waits, 0.5),
          'requests a second': waits.length / seconds,
          'creates a second': created / seconds,
        }
      },
    },
  ]
}
