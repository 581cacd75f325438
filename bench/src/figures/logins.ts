import type { Bench } from '../frame/bench.ts'
import { takeTurns } from '../frame/take-turns.ts'
import { trpcMutation, trpcQuery, type Shot } from '../load/http-request.ts'
import { openConnection } from '../load/connection.ts'
import { steadily } from '../load/steadily.ts'
import { startMeasuredApi } from '../servers/start-server.ts'
import { filledFile } from '../shop/filled-file.ts'

/** Concurrent sign-ins: far more than a machine can hash. */
const FLOOD = 64

/** How long other requests wait while a flood of sign-ins keeps the hashing threads busy. */
export const logins: Bench = {
  name: 'logins',
  about: 'other requests during a flood of sign-ins',
  async run({ rounds, quick, progress }) {
    const seconds = quick ? 2 : 10
    await using disposables = new AsyncDisposableStack()
    const file = disposables.use(await filledFile({ readers: 100, books: 100 }))
    const { readers, books } = file.shop
    const api = disposables.use(
      await startMeasuredApi({
        databaseUrl: `file:${await file.copy('logins')}`,
        env: { LOGIN_FAILURES_PER_HOUR: '1000000' },
      }),
    )
    const light = (index: number): Shot =>
      index % 2 === 0
        ? trpcQuery('books.get', { bookId: books.first + (index % 100) })
        : trpcQuery('prebooks.list', {}, readers[index % readers.length]?.token)
    const measure = () => steadily(api.url, { shot: light, perSecond: 200, seconds, expect: [200] })
    let guesses = 0
    let answered = 0
    const guess = (): Shot =>
      trpcMutation('auth.login', {
        email: `guess${(guesses += 1)}@bench.example`,
        password: 'a wrong guess',
      })
    const flooded = async () => {
      const connections = await Promise.all(Array.from({ length: FLOOD }, () => openConnection(api.url)))
      const flooding = { active: true }
      const started = performance.now()
      answered = 0
      const flood = connections.map(async (connection) => {
        while (flooding.active) {
          const { status, body } = await connection.send(guess().bytes)
          if (![401, 429, 503].includes(status))
            throw new Error(`A sign-in was answered with ${status}: ${body}`)
          answered += 1
        }
        connection.close()
      })
      const result = await measure()
      flooding.active = false
      const floodSeconds = (performance.now() - started) / 1000
      await Promise.all(flood)
      return { ...result, 'sign-ins answered per second': answered / floodSeconds }
    }
    const variant = 'light requests'
    const rows = await takeTurns(
      [
        { variant, at: 'no other load', take: measure },
        { variant, at: 'flood of sign-ins', baseline: { variant, at: 'no other load' }, take: flooded },
      ],
      { rounds, progress },
    )
    return {
      name: 'logins',
      title: 'Other requests during a flood of sign-ins',
      about: `books.get and prebooks.list alternate at a fixed 200 per second for ${seconds} s, each measured from the time it was due. Meanwhile ${FLOOD} connections sign in with wrong passwords as fast as they get answers. A sign-in that is refused because too many are queued counts as answered.`,
      measures: [
        { name: 'p99 ms', better: 'less', digits: 2 },
        { name: 'p50 ms', better: 'less', digits: 2 },
        { name: 'longest ms', better: 'less', digits: 1 },
        { name: 'sign-ins answered per second', better: 'more', digits: 0 },
      ],
      rows,
    }
  },
}
