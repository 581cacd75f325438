import type { Bench } from '../frame/bench.ts'
import { takeTurns } from '../frame/take-turns.ts'
import { trpcQuery, type Shot } from '../load/http-request.ts'
import { postBodies } from '../load/post-bodies.ts'
import { steadily } from '../load/steadily.ts'
import { startMeasuredApi } from '../servers/start-server.ts'
import { filledFile } from '../shop/filled-file.ts'

/** Two bodies of 2.6 MB that take long to parse or to validate. */
const bodies = [
  `{${Array.from({ length: 230_000 }, (_, index) => `"k${index}":1`).join(',')}}`,
  '['.repeat(1_400_000).padEnd(2_600_000),
]

/** How long other requests wait while people without an account post large bodies. */
export const bodiesBench: Bench = {
  name: 'bodies',
  about: 'other requests while two connections post bodies of 2.6 MB',
  async run({ rounds, quick, progress }) {
    const seconds = quick ? 2 : 10
    await using disposables = new AsyncDisposableStack()
    const file = disposables.use(await filledFile({ readers: 100, books: 100 }))
    const { readers, books } = file.shop
    const api = disposables.use(await startMeasuredApi({ databaseUrl: `file:${await file.copy('bodies')}` }))
    const light = (index: number): Shot =>
      index % 2 === 0
        ? trpcQuery('books.get', { bookId: books.first + (index % 100) })
        : trpcQuery('prebooks.list', {}, readers[index % readers.length]?.token)
    const measure = () => steadily(api.url, { shot: light, perSecond: 200, seconds, expect: [200] })
    const attacked = async () => {
      const posting = await postBodies(api.url, { path: '/trpc/auth.login', bodies })
      const started = performance.now()
      const result = await measure()
      const postingSeconds = (performance.now() - started) / 1_000
      return { ...result, 'bodies per second': (await posting.stop()) / postingSeconds }
    }
    const variant = 'light requests'
    const rows = await takeTurns(
      [
        { variant, at: 'no other load', take: measure },
        { variant, at: 'bodies of 2.6 MB', baseline: { variant, at: 'no other load' }, take: attacked },
      ],
      { rounds, progress },
    )
    return {
      name: 'bodies',
      title: 'Other requests while large bodies are posted',
      about: `books.get and prebooks.list alternate at a fixed 200 per second for ${seconds} s, each measured from the time it was due. Meanwhile two connections without an account post JSON of 2.6 MB as fast as they get answers: one 230,000 unknown keys, the other 1,400,000 nested lists.`,
      measures: [
        { name: 'p50 ms', better: 'less', digits: 2 },
        { name: 'p99 ms', better: 'less', digits: 2 },
        { name: 'longest ms', better: 'less', digits: 1 },
        { name: 'bodies per second', better: 'more', digits: 0 },
      ],
      rows,
    }
  },
}
