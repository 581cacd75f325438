import { httpRequest, trpcMutation, type Shot } from '../load/http-request.ts'
import { loadMeasures, loadValues, shoot } from '../load/shoot.ts'
import { cpuMeasure, withCpuTime } from '../servers/cpu-time.ts'
import { startBareServer, startMeasuredApi } from '../servers/start-server.ts'
import { filledFile } from '../shop/filled-file.ts'
import type { Person } from '../shop/fill-shop.ts'
import type { Bench } from '../frame/bench.ts'
import { takeTurns, type Turn } from '../frame/take-turns.ts'

/** A server, and the request that pre-books a book on it. */
type Variant = {
  variant: string
  server: { url: string; pid: number }
  status: number
  shot: (reader: Person, bookId: number) => Shot
}

const bareRoute = 'bare Hono route, same statements'

/** Pre-booking one hot title, by many concurrent readers and by one. */
export const create: Bench = {
  name: 'create',
  about: 'pre-booking one hot title, against bare servers, no flush, and one commit per request',
  async run({ rounds, quick, progress }) {
    const requests = quick ? { alone: 50, together: 640 } : { alone: 1_000, together: 16_000 }
    const loads = [
      { at: '1 client', clients: 1, count: requests.alone },
      { at: '64 clients', clients: 64, count: requests.together },
    ]
    // Each reader pre-books once, so each load uses a book with an empty waitlist.
    const books = (rounds + 1) * loads.length
    await using disposables = new AsyncDisposableStack()
    const file = disposables.use(await filledFile({ readers: requests.together, books: 2 * books }))
    const api = async (name: string, options: Parameters<typeof startMeasuredApi>[0] = {}) =>
      disposables.use(await startMeasuredApi({ databaseUrl: `file:${await file.copy(name)}`, ...options }))
    const bare = async (...args: Parameters<typeof startBareServer>) =>
      disposables.use(await startBareServer(...args))

    const real = await api('real')
    const variants: Variant[] = [
      { variant: 'bare node:http', server: await bare('bare-http'), status: 200, shot: viaTrpc },
      { variant: 'empty tRPC mutation', server: await bare('empty-trpc'), status: 200, shot: empty },
      {
        variant: bareRoute,
        server: await bare('bare-route', { args: [await file.copy('bare')] }),
        status: 201,
        shot: ({ id }, bookId) =>
          httpRequest('POST', '/prebooks', { body: { book_id: bookId, user_id: id } }),
      },
      {
        variant: 'bare tRPC, same statements',
        server: await bare('bare-trpc', { args: [await file.copy('bare-trpc')] }),
        status: 200,
        shot: viaTrpc,
      },
      {
        variant: 'tRPC, no flush',
        server: await api('unflushed', { preload: 'nothing-flushed' }),
        status: 200,
        shot: viaTrpc,
      },
      {
        variant: 'tRPC, one commit per request',
        server: await api('single', { preload: 'one-commit-a-request' }),
        status: 200,
        shot: viaTrpc,
      },
      { variant: 'tRPC', server: real, status: 200, shot: viaTrpc },
      { variant: 'REST', server: real, status: 201, shot: viaRest },
    ]
    const turns = variants.flatMap(({ variant, server, status, shot }): Turn[] => {
      // tRPC and REST share a server and a file, so they must not share a book.
      let bookId = file.shop.books.first + (variant === 'REST' ? books : 0)
      return loads.map(({ at, clients, count }) => ({
        variant,
        at,
        baseline: { variant: bareRoute, at },
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
      about: `Each reader pre-books the same title once: ${requests.together} requests from 64 clients, ${requests.alone} from one. Each variant has its own copy of the same file. The bare Hono route runs the same statements in savepoints and commits concurrent requests together, without session, validation or error table. bare tRPC adds procedures with the service's schemas and a session, and nothing else: the cost of the libraries alone. "no flush" is the real service with synchronous = OFF. "one commit per request" is the real service with one write per commit. bare node:http only reads the request and responds: the highest rate that the load generator can measure.`,
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

function empty(_reader: Person, bookId: number): Shot {
  return trpcMutation('empty', { bookId })
}
