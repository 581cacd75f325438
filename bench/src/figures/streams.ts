import type { Bench } from '../frame/bench.ts'
import { takeTurns, type Turn } from '../frame/take-turns.ts'
import { openConnection } from '../load/connection.ts'
import { openStreams } from '../load/event-streams.ts'
import { httpRequest, trpcMutation, trpcQuery, type Shot } from '../load/http-request.ts'
import { watchLoopGaps } from '../servers/loop-gaps.ts'
import { startBareServer, startMeasuredApi } from '../servers/start-server.ts'
import { openStore } from '@prebook/db'
import { addSoldOutBooks, addWaiting, fillShop } from '../shop/fill-shop.ts'
import { workFolder } from '../shop/work-folder.ts'

const CONNECTED = [1_000, 5_000]

/** How long it takes until a restock reaches the last connected reader. */
export const streams: Bench = {
  name: 'streams',
  about: 'from a restock to the last of 1,000 and 5,000 connected readers, against bare node:http',
  async run({ rounds, quick, progress }) {
    const sizes = quick ? [200] : CONNECTED
    await using disposables = new AsyncDisposableStack()
    const folder = disposables.use(await workFolder())
    const turns: Turn[] = []
    for (const size of sizes) {
      const at = `${size.toLocaleString('en')} connected`
      progress(`connecting ${size} readers`)
      const bare = await bareTurn(disposables, folder.path(`bare-${size}`), size)
      turns.push({ variant: 'bare node:http', at, take: bare })
      const watched = await watchTurn(disposables, folder.path(`api-${size}`), size)
      turns.push({
        variant: 'prebooks.watch',
        at,
        baseline: { variant: 'bare node:http', at },
        take: watched,
      })
    }
    return {
      name: 'streams',
      title: 'Time to reach the last connected reader',
      about: `The time from sending the request until the last stream has received its event, with one stream per reader. The request is stock.set for a title that all readers wait for. The baseline is a request that makes bare node:http write an event of the same size to as many sockets. gap: the longest time the server's event loop was blocked meanwhile.`,
      measures: [
        { name: 'last event ms', better: 'less', digits: 1 },
        { name: 'gap ms', better: 'less', digits: 1 },
      ],
      rows: await takeTurns(turns, { rounds, progress }),
    }
  },
}

type Take = Turn['take']

async function bareTurn(disposables: AsyncDisposableStack, gapsPath: string, size: number): Promise<Take> {
  const server = disposables.use(await startBareServer('bare-events', { gapsPath }))
  const watch = httpRequest('GET', '/')
  return broadcastTake(disposables, server, {
    gapsPath,
    watch: Array.from({ length: size }, () => watch),
    prepare: async () => ({ shot: httpRequest('POST', '/', { body: {} }), marker: 'notified' }),
  })
}

async function watchTurn(disposables: AsyncDisposableStack, folderPath: string, size: number): Promise<Take> {
  const store = disposables.adopt(await openStore(`file:${folderPath}.db`), (opened) => opened.close())
  const { readers, admin } = await fillShop(store, { readers: size, books: 1 })
  const people = { first: readers[0]?.id ?? 0, last: readers.at(-1)?.id ?? 0 }
  const gapsPath = `${folderPath}.gaps`
  const server = disposables.use(
    await startMeasuredApi({
      databaseUrl: `file:${folderPath}.db`,
      preload: 'loop-gaps',
      env: { BENCH_GAPS: gapsPath },
    }),
  )
  return broadcastTake(disposables, server, {
    gapsPath,
    watch: readers.map(({ token }) => eventStream('prebooks.watch', token)),
    async prepare() {
      const { first: bookId } = await addSoldOutBooks(store, 1)
      await addWaiting(store, bookId, people)
      const shot = trpcMutation('stock.set', { bookId, quantity: 5 }, admin.token)
      return { shot, marker: `"bookId":${bookId},` }
    },
  })
}

function eventStream(procedure: string, token: string): Shot {
  const { bytes, name } = trpcQuery(procedure, {}, token)
  const text = bytes.toString().replace('\r\n\r\n', '\r\naccept: text/event-stream\r\n\r\n')
  return { bytes: Buffer.from(text), name }
}

async function broadcastTake(
  disposables: AsyncDisposableStack,
  server: { url: string; pid: number },
  options: {
    gapsPath: string
    watch: Shot[]
    /** Prepares a broadcast. Resolves to the request that triggers it, and a text that each resulting event contains. */
    prepare: () => Promise<{ shot: Shot; marker: string }>
  },
): Promise<Take> {
  const gaps = watchLoopGaps(server.pid, options.gapsPath)
  const open = disposables.use(await openStreams(server.url, options.watch))
  return async () => {
    const { shot, marker } = await options.prepare()
    // A new connection per turn: the server closes one that stays idle during the other turns.
    await using turn = new AsyncDisposableStack()
    const connection = turn.adopt(await openConnection(server.url), (opened) => opened.close())
    await gaps.longestMs()
    const received = open.untilAllReceive(marker)
    const started = performance.now()
    const [{ status, body }, lastAt] = await Promise.all([connection.send(shot.bytes), received])
    if (status !== 200) throw new Error(`${shot.name} was answered with ${status}: ${body}`)
    return { 'last event ms': lastAt - started, 'gap ms': await gaps.longestMs() }
  }
}
