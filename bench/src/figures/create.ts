import { httpRequest, trpcMutation, type Shot } from '../load/http-request.ts'
import { loadMeasures, loadValues, shoot } from '../load/shoot.ts'
import { cpuMeasure, withCpuTime } from '../servers/cpu-time.ts'
import { startBareServer, startMeasuredApi } from '../servers/start-server.ts'
import { filledFile } from '../shop/filled-file.ts'
import type { Person } from '../shop/fill-shop.ts'
import type { Bench } from '../frame/bench.ts'
import { takeTurns, type Turn } from '../frame/take-turns.ts'

/** A server, and the request with which a reader pre-books a book there. */
type Way = {
  way: string
  server: { url: string; pid: number }
  status: number
  shot: (reader: Person, bookId: number) => Shot
}

const bareRoute = 'bare Hono route, same statements'

/** Pre-booking one hot title, by many readers at once and by one. */
export const create: Bench = {
  name: 'create',
  about: 'pre-booking one hot title, beside bare servers, no flush, and a commit for each',
  async run({ rounds, quick, progress }) {
    const requests = quick ? { alone: 50, together: 640 } : { alone: 1_000, together: 16_000 }
    const loads = [
      { at: '1 client', clients: 1, count: requests.alone },
      { at: '64 clients', clients: 64, count: requests.together },
    ]
    // Everybody pre-books once, so each load takes a book that nobody waits for yet.
    const books = (rounds + 1) * loads.length
    await using disposables = new AsyncDisposableStack()
    const file = disposables.use(await filledFile({ readers: requests.together, books: 2 * books }))
    const api = async (name: string, options: Parameters<typeof startMeasuredApi>[0] = {}) =>
      disposables.use(await startMeasuredApi({ databaseUrl: `file:${await file.copy(name)}`, ...options }))
    const bare = async (...args: Parameters<typeof startBareServer>) =>
      disposables.use(await startBareServer(...args))

    const real = await api('real')
    const ways: Way[] = [
      { way: 'bare node:http', server: await bare('bare-http'), status: 200, shot: viaTrpc },
      { way: 'empty tRPC mutation', server: await bare('empty-trpc'), status: 200, shot: nothing },
      {
        way: bareRoute,
        server: await bare('bare-route', { args: [await file.copy('bare')] }),
        status: 201,
        shot: ({ id }, bookId) =>
          httpRequest('POST', '/prebooks', { body: { book_id: bookId, user_id: id } }),
      },
      {
        way: 'bare tRPC, same statements',
        server: await bare('bare-trpc', { args: [await file.copy('bare-trpc')] }),
        status: 200,
        shot: viaTrpc,
      },
      {
        way: 'tRPC, nothing flushed',
        server: await api('unflushed', { preload: 'nothing-flushed' }),
        status: 200,
        shot: viaTrpc,
      },
      {
        way: 'tRPC, one commit a request',
        server: await api('single', { preload: 'one-commit-a-request' }),
        status: 200,
        shot: viaTrpc,
      },
      { way: 'tRPC', server: real, status: 200, shot: viaTrpc },
      { way: 'REST', server: real, status: 201, shot: viaRest },
    ]
    const turns = ways.flatMap(({ way, server, status, shot }): Turn[] => {
      // The two doors of one service share a file, and so must not share a book.
      let bookId = file.shop.books.first + (way === 'REST' ? books : 0)
      return loads.map(({ at, clients, count }) => ({
        way,
        at,
        beside: { way: bareRoute, at },
        async take() {
          const hot = bookId++
          const shots = file.shop.readers.slice(0, count).map((reader) => shot(reader, hot))
          return withCpuTime(server.pid, count, async () =>
            loadValues(await shoot(server.url, { shots, clients, expect: [status] })),
          )
        },
      }))
    })
    return {
      name: 'create',
      title: 'Pre-booking a hot title',
      about: `Each reader pre-books the same title once: ${requests.together} requests from 64 clients, ${requests.alone} from one. Every way has a file of its own that began as the same. The bare Hono route runs the same statements in savepoints and commits together what came together, without session, validation or error table; bare tRPC has procedures with the service's schemas and a session before them, and nothing else: what the libraries alone cost. "Nothing flushed" is the real service with synchronous = OFF, "one commit a request" the real service with a group commit of one. bare node:http reads the request and answers: what the load generator reaches there is the most that it can measure.`,
      measures: [...loadMeasures, cpuMeasure],
      rows: await takeTurns(turns, { rounds, progress }),
    }
  },
}

function viaTrpc({ token }: Person, bookId: number): Shot {
  return trpcMutation('prebooks.create', { bookId }, token)
}

function viaRest({ token }: Person, bookId: number): Shot {
  return httpRequest('POST', '/prebooks', { body: { book_id: bookId }, token })
}

function nothing(_reader: Person, bookId: number): Shot {
  return trpcMutation('empty', { bookId })
}
