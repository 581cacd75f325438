import { createHash } from 'node:crypto'
import { formatToken, TOKEN_RANDOM_LENGTH } from '@prebook/core'
import { insertApiToken, type Store } from '@prebook/db'
import type { Bench } from '../frame/bench.ts'
import { takeTurns, type Turn } from '../frame/take-turns.ts'
import { trpcMutation, trpcQuery, type Shot } from '../load/http-request.ts'
import { loadMeasures, loadValues, shoot } from '../load/shoot.ts'
import { cpuMeasure, withCpuTime } from '../servers/cpu-time.ts'
import { startMeasuredApi } from '../servers/start-server.ts'
import { bothEngines } from '../shop/both-engines.ts'
import { fillShop, settleStatistics } from '../shop/fill-shop.ts'

/** The same calls by a machine with a token and by an admin with a session. */
export const tokenCalls: Bench = {
  name: 'token-calls',
  about: 'calls by a token, against the same calls by a session, on both engines',
  async run({ rounds, quick, progress }) {
    const requests = quick ? { reads: 640, writes: 320 } : { reads: 16_000, writes: 4_000 }
    const books = quick ? 50 : 1_000
    await using disposables = new AsyncDisposableStack()
    const both = disposables.use(await bothEngines())
    const turns: Turn[] = []
    for (const { variant: engine, url, store } of both.engines) {
      progress(`filling ${engine}`)
      const shop = await fillShop(store, { readers: 1, books })
      const callers = { session: shop.admin.token, token: await addToken(store, shop.admin.id) }
      await settleStatistics(store)
      const api = disposables.use(await startMeasuredApi({ databaseUrl: url, part: 'any' }))
      const bookId = (index: number) => shop.books.first + (index % books)
      const loads: { call: string; count: number; shot: (index: number, token: string) => Shot }[] = [
        {
          call: 'stock.preview',
          count: requests.reads,
          shot: (index, token) => trpcQuery('stock.preview', { bookId: bookId(index), delta: 1 }, token),
        },
        {
          call: 'stock.adjust',
          count: requests.writes,
          shot: (index, token) => trpcMutation('stock.adjust', { bookId: bookId(index), delta: 1 }, token),
        },
      ]
      for (const { call, count, shot } of loads) {
        for (const [variant, token] of Object.entries(callers)) {
          const at = `${call}, ${engine}`
          const shots = Array.from({ length: count }, (_, index) => shot(index, token))
          turns.push({
            variant,
            at,
            baseline: { variant: 'session', at },
            take: () =>
              withCpuTime(api.pid, count, async () =>
                loadValues(await shoot(api.url, { shots, clients: 64, expect: [200] })),
              ),
          })
        }
      }
    }
    return {
      name: 'token-calls',
      title: 'Calls by a token',
      about: `${requests.reads} previews and ${requests.writes} stock changes from 64 clients, by an admin with a session and by a machine with a token. Each request looks up the session or the token.`,
      measures: [...loadMeasures, cpuMeasure],
      rows: await takeTurns(turns, { rounds, progress }),
      skipped: both.skipped,
    }
  },
}

/** Adds a token that may change stock, without the service. Returns its text. */
async function addToken(store: Store, createdBy: number): Promise<string> {
  const text = formatToken('0'.repeat(TOKEN_RANDOM_LENGTH))
  const hash = createHash('sha256').update(text).digest('hex')
  const token = { name: 'bench', hash, scopes: 'stock:write', created_by: createdBy, created_at: 0 }
  await store.write((tx) => insertApiToken(tx, token))
  return text
}
