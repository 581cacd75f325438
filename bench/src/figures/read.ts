import { httpRequest, trpcMutation, trpcQuery, type Shot } from '../load/http-request.ts'
import { loadMeasures, loadValues, shoot } from '../load/shoot.ts'
import { cpuMeasure, withCpuTime } from '../servers/cpu-time.ts'
import { startBareServer, startMeasuredApi } from '../servers/start-server.ts'
import { filledFile } from '../shop/filled-file.ts'
import { addWaiting } from '../shop/fill-shop.ts'
import type { Bench } from '../frame/bench.ts'
import { takeTurns, type Turn } from '../frame/take-turns.ts'

/** How many prebooks each reader has: what a page of one's own shows to most people. */
const OWN = 3

/** The reads that readers do most, beside a tRPC call that does nothing. */
export const read: Bench = {
  name: 'read',
  about: 'books.get and prebooks.list beside an empty tRPC mutation',
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
    const ways: { way: string; server: { url: string; pid: number }; shot: (index: number) => Shot }[] = [
      { way: 'bare node:http', server: http, shot: (index) => trpcMutation('empty', { index }) },
      { way: 'empty tRPC mutation', server: trpc, shot: (index) => trpcMutation('empty', { index }) },
      { way: 'books.get, bare tRPC', server: bare, shot: getBook },
      { way: 'prebooks.list, bare tRPC', server: bare, shot: listOwn },
      { way: 'books.get', server: api, shot: getBook },
      { way: 'prebooks.list', server: api, shot: listOwn },
      {
        way: 'books.get, REST',
        server: api,
        shot: (index) => httpRequest('GET', `/books/${bookId(index)}`),
      },
      {
        way: 'prebooks.list, REST',
        server: api,
        shot: (index) => httpRequest('GET', '/prebooks', { token: reader(index) }),
      },
      { way: '/livez', server: api, shot: () => httpRequest('GET', '/livez') },
    ]
    const turns = ways.map(({ way, server, shot }): Turn => {
      const shots = Array.from({ length: requests }, (_, index) => shot(index))
      const at = '64 clients'
      return {
        way,
        at,
        beside: { way: 'empty tRPC mutation', at },
        take: () =>
          withCpuTime(server.pid, requests, async () =>
            loadValues(await shoot(server.url, { shots, clients: 64, expect: [200] })),
          ),
      }
    })
    return {
      name: 'read',
      title: 'Reading',
      about: `${requests} requests from 64 clients. The empty mutation goes through the same adapter on a Hono of its own: no input, no session, no database, no output schema, no steps before it. Bare tRPC answers with the same schemas, statements and session, and has nothing else: what the libraries alone cost. prebooks.list shows a page of ${OWN}; its session is looked up in every request. /livez is what the service's own steps cost before anything is done.`,
      measures: [...loadMeasures, cpuMeasure],
      rows: await takeTurns(turns, { rounds, progress }),
    }
  },
}
