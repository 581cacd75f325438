import { httpRequest, trpcMutation, trpcQuery, type Shot } from '../load/http-request.ts'
import { loadMeasures, loadValues, shoot } from '../load/shoot.ts'
import { cpuMeasure, withCpuTime } from '../servers/cpu-time.ts'
import { startBareServer, startMeasuredApi } from '../servers/start-server.ts'
import { filledFile } from '../shop/filled-file.ts'
import { addWaiting } from '../shop/fill-shop.ts'
import type { Bench } from '../frame/bench.ts'
import { takeTurns, type Turn } from '../frame/take-turns.ts'

/** Prebooks per reader: about what most readers see on their own page. */
const OWN = 3

/** The most frequent reads, against a tRPC call that does nothing. */
export const read: Bench = {
  name: 'read',
  about: 'books.get and prebooks.list, against an empty tRPC mutation',
  async run({ rounds, quick, progress }) {
    const requests = quick ? 640 : 32_000
    const people = quick ? 100 : 1_000
    await using disposables = new AsyncDisposableStack()
    const file = disposables.use(
      await filledFile({ readers: people, books: people }, async (store, { readers, books }) => {
        const [first, last] = [readers[0], readers.at(-1)]
        if (first === undefined || last === undefined) return
        for (let own = 0; own < OWN; own += 1) {
          await addWaiting(store, books.first + own, { first: first.id, last: last.id })
        }
      }),
    )
    const { shop } = file
    const api = disposables.use(await startMeasuredApi({ databaseUrl: `file:${await file.copy('read')}` }))
    const http = disposables.use(await startBareServer('bare-http'))
    const trpc = disposables.use(await startBareServer('empty-trpc'))
    const bare = disposables.use(await startBareServer('bare-trpc', { args: [await file.copy('bare')] }))
    const reader = (index: number) => shop.readers[index % shop.readers.length]?.token ?? ''
    const bookId = (index: number) => shop.books.first + (index % people)
    const getBook = (index: number) => trpcQuery('books.get', { bookId: bookId(index) })
    const listOwn = (index: number) => trpcQuery('prebooks.list', {}, reader(index))
    const variants: {
      variant: string
      server: { url: string; pid: number }
      shot: (index: number) => Shot
    }[] = [
      { variant: 'bare node:http', server: http, shot: (index) => trpcMutation('empty', { index }) },
      { variant: 'empty tRPC mutation', server: trpc, shot: (index) => trpcMutation('empty', { index }) },
      { variant: 'books.get, bare tRPC', server: bare, shot: getBook },
      { variant: 'prebooks.list, bare tRPC', server: bare, shot: listOwn },
      { variant: 'books.get', server: api, shot: getBook },
      { variant: 'prebooks.list', server: api, shot: listOwn },
      {
        variant: 'books.get, REST',
        server: api,
        shot: (index) => httpRequest('GET', `/books/${bookId(index)}`),
      },
      {
        variant: 'prebooks.list, REST',
        server: api,
        shot: (index) => httpRequest('GET', '/prebooks', { token: reader(index) }),
      },
      { variant: '/livez', server: api, shot: () => httpRequest('GET', '/livez') },
    ]
    const turns = variants.map(({ variant, server, shot }): Turn => {
      const shots = Array.from({ length: requests }, (_, index) => shot(index))
      const at = '64 clients'
      return {
        variant,
        at,
        baseline: { variant: 'empty tRPC mutation', at },
        take: () =>
          withCpuTime(server.pid, requests, async () =>
            loadValues(await shoot(server.url, { shots, clients: 64, expect: [200] })),
          ),
      }
    })
    return {
      name: 'read',
      title: 'Reads',
      about: `${requests} requests from 64 clients. The empty mutation goes through the same adapter on a separate Hono app: no input, session, database, output schema or middleware. bare tRPC answers with the same schemas, statements and session, and nothing else: the cost of the libraries alone. prebooks.list returns a page of ${OWN}; every request looks up its session. /livez shows the cost of the service's own middleware.`,
      measures: [...loadMeasures, cpuMeasure],
      rows: await takeTurns(turns, { rounds, progress }),
    }
  },
}
