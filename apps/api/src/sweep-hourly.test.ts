import { WAIT } from '@prebook/testing/bounds'
import { pino } from 'pino'
import { describe, expect, test, vi } from 'vitest'
import { insertStockRequest, insertUser, queueMail } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { createServices } from '@prebook/server'
import { readConfig } from './config.ts'
import { startApi } from './start-api.ts'
import { sweepHourly } from './sweep-hourly.ts'

const DAY_MS = 86_400_000

function collectedLog() {
  const lines: Record<string, unknown>[] = []
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>)
  return { log: pino({ base: null }, { write }), lines }
}

describe.each(engines)('the hourly sweep on $name', (engine) => {
  test('begins with the service, and logs one line for each kind of which it deleted rows', async () => {
    await using database = await engine.create()
    const { store, url } = database
    const now = Date.now()
    await store.write(async (tx) => {
      const admin = { email: 'admin@example.org', passwordHash: 'x', role: 'admin' } as const
      const actorId = (await insertUser(tx, { ...admin, now }))?.id ?? 0
      for (const key of ['a', 'b'])
        await insertStockRequest(tx, { actor: { userId: actorId }, key, requestHash: 'h', answer: '{}' }, 1)
      for (const days of [29, 31])
        await queueMail(tx, {
          kind: 'reset',
          lane: 'now',
          userId: actorId,
          dedupeKey: `${days} days`,
          now: now - days * DAY_MS,
        })
      await tx.updateTable('deliveries').set({ state: 'sent' }).execute()
    })
    const { log, lines } = collectedLog()
    const config = readConfig({ DATABASE_URL: url, PORT: '0', RETAIN_DELIVERIES_DAYS: '30' })
    const api = await startApi(config, log)
    const deleted = () => lines.filter(({ msg }) => msg === 'deleted rows past their retention')
    try {
      await vi.waitFor(() => expect(deleted()).toHaveLength(2), WAIT)
    } finally {
      await api.stop()
    }
    expect(deleted()).toMatchObject([
      { level: 30, what: 'stock requests', rows: 2 },
      { level: 30, what: 'deliveries', rows: 1 },
    ])
    const left = await store.read((reader) => reader.selectFrom('deliveries').select('dedupe_key').execute())
    expect(left).toEqual([{ dedupe_key: '29 days' }])
  })

  test('logs a failure and does not end the process', async () => {
    await using database = await engine.create()
    const { store } = database
    const throttleLimits = { registrationsPerHour: 1, loginFailuresPerHour: 1 }
    const services = createServices({ store, throttleLimits })
    store.write = () => Promise.reject(new Error('the store is busy'))
    const { log, lines } = collectedLog()
    const stop = sweepHourly(services, readConfig({}), log)
    await vi.waitFor(() => expect(lines).toHaveLength(1), WAIT)
    stop()
    expect(lines).toMatchObject([{ level: 40, err: { message: 'the store is busy' } }])
  })
})
