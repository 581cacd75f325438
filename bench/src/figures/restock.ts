import type { Bench } from '../frame/bench.ts'
import { quantile } from '../frame/statistics.ts'
import { takeTurns, type Turn } from '../frame/take-turns.ts'
import { openConnection } from '../load/connection.ts'
import { trpcMutation } from '../load/http-request.ts'
import { startMeasuredApi } from '../servers/start-server.ts'
import { bothEngines, type MeasuredEngine } from '../shop/both-engines.ts'
import { fillShop, settleStatistics, type Shop } from '../shop/fill-shop.ts'

const CLIENTS = 16

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
      about: `stock.set from 0 to 5 through tRPC, ${restocks} times a round, and back to 0 in between. Under load ${CLIENTS} clients pre-book the same title all the time: whoever is refused, because it is in stock for the moment or because they wait already, comes again.`,
      measures: [
        { name: 'p99 ms', better: 'less', digits: 2 },
        { name: 'p50 ms', better: 'less', digits: 2 },
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
  return [
    { way, at: 'nothing else', take: measure },
    {
      way,
      at: `${CLIENTS} clients pre-booking it`,
      beside: { way, at: 'nothing else' },
      async take() {
        const stream = { open: true }
        let next = 0
        let created = 0
        const clients = Array.from({ length: CLIENTS }, async () => {
          await using disposables = new AsyncDisposableStack()
          const connection = disposables.adopt(await openConnection(url), (opened) => opened.close())
          while (stream.open) {
            const reader = shop.readers[next++ % shop.readers.length]
            const { bytes } = trpcMutation('prebooks.create', { bookId }, reader?.token)
            const { status, body } = await connection.send(bytes)
            if (status !== 200 && status !== 409) throw new Error(`A create was answered ${status}: ${body}`)
            if (status === 200) created += 1
          }
        })
        const started = performance.now()
        const measured = await measure()
        stream.open = false
        const seconds = (performance.now() - started) / 1000
        await Promise.all(clients)
        return { ...measured, 'creates a second': created / seconds }
      },
    },
  ]
}
