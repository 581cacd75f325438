import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import type { Profiler } from 'node:inspector'
import { setTimeout as pause } from 'node:timers/promises'
import type { Bench } from '../frame/bench.ts'
import type { Row } from '../frame/record.ts'
import { httpRequest, trpcMutation, trpcQuery, type Shot } from '../load/http-request.ts'
import { shoot } from '../load/shoot.ts'
import { timeByFunction, timeByLayer } from '../profile/layers.ts'
import { startMeasuredApi } from '../servers/start-server.ts'
import { filledFile } from '../shop/filled-file.ts'
import { addWaiting } from '../shop/fill-shop.ts'
import { workFolder } from '../shop/work-folder.ts'

/** Where a request's time goes: a CPU profile of the API under load, summed up by package. */
export const layers: Bench = {
  name: 'layers',
  about: 'where the time of a request goes, from a CPU profile of the API',
  async run({ quick, progress }) {
    const requests = quick ? 2_000 : 20_000
    const perBook = 1_000
    await using disposables = new AsyncDisposableStack()
    const folder = disposables.use(await workFolder())
    const file = disposables.use(
      await filledFile({ readers: perBook, books: 1_000 }, async (store, { readers, books }) => {
        const people = { first: readers[0]?.id ?? 0, last: readers.at(-1)?.id ?? 0 }
        for (let own = 0; own < 3; own += 1) await addWaiting(store, books.first + own, people)
      }),
    )
    const profilePath = folder.path('api.cpuprofile')
    const api = disposables.use(
      await startMeasuredApi({
        databaseUrl: `file:${await file.copy('layers')}`,
        preload: 'profile-on-signal',
        env: { BENCH_PROFILE: profilePath },
      }),
    )
    const { readers, books } = file.shop
    const reader = (index: number) => readers[index % readers.length]?.token ?? ''
    let hot = books.first + 3
    const creates = (create: (bookId: number, token: string) => Shot) => (): Shot[] =>
      Array.from({ length: requests }, (_, index) => {
        if (index % perBook === 0) hot += 1
        return create(hot, reader(index))
      })
    const procedures = {
      'prebooks.create': creates((bookId, token) => trpcMutation('prebooks.create', { bookId }, token)),
      'prebooks.create, REST': creates((bookId, token) =>
        httpRequest('POST', '/prebooks', { body: { book_id: bookId }, token }),
      ),
      'prebooks.list': () =>
        Array.from({ length: requests }, (_, index) => trpcQuery('prebooks.list', {}, reader(index))),
      'books.get': () =>
        Array.from({ length: requests }, (_, index) =>
          trpcQuery('books.get', { bookId: books.first + (index % 1_000) }),
        ),
    }
    const rows: Row[] = []
    for (const [at, shots] of Object.entries(procedures)) {
      progress(`profiling ${at}`)
      const load = () => shoot(api.url, { shots: shots(), clients: 64, expect: [200, 201] })
      await load()
      process.kill(api.pid, 'SIGUSR2')
      await load()
      const profile = await takeProfile(api.pid, profilePath)
      const share = (microseconds: number) => microseconds / requests
      const layered = [...timeByLayer(profile)].toSorted(([, a], [, b]) => b - a)
      const total = layered.reduce((sum, [, time]) => sum + time, 0)
      for (const [layer, time] of [['total', total] as const, ...layered]) {
        rows.push({
          variant: layer,
          at,
          values: { 'µs per request': [share(time)] },
          baseline: { variant: 'total', at },
        })
      }
      const longest = [...timeByFunction(profile)].toSorted(([, a], [, b]) => b - a).slice(0, 40)
      progress(
        [
          `the most expensive functions of ${at}:`,
          ...longest.map(([name, time]) => `${share(time).toFixed(2)} µs ${name}`),
        ].join('\n    '),
      )
    }
    return {
      name: 'layers',
      title: 'Where the time of a request goes',
      about: `CPU time of the API process by package, from a profile (one sample every 0.2 ms) of ${requests} requests from 64 clients, after as many to warm up. Built-in functions count towards their caller, and waiting for the disk counts as SQLite. Profiling itself slows everything down.`,
      measures: [{ name: 'µs per request', better: 'less', digits: 1 }],
      rows,
    }
  },
}

async function takeProfile(pid: number, path: string): Promise<Profiler.Profile> {
  process.kill(pid, 'SIGUSR2')
  for (let tries = 0; tries < 600; tries += 1) {
    await pause(50)
    if (!existsSync(path)) continue
    try {
      const profile = JSON.parse(await readFile(path, 'utf8')) as Profiler.Profile
      await rm(path)
      return profile
    } catch (error) {
      // It is still being written.
      if (!(error instanceof SyntaxError)) throw error
    }
  }
  throw new Error('The API wrote no profile.')
}
