import { Agent } from 'node:http'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { Store } from '@prebook/db'
import { engines, type TestEngine } from '@prebook/db/testing'
import { createServices, type Services } from '@prebook/server'
import { readConfig } from '../config.ts'
import { startApi } from '../start-api.ts'
import { sendTo, type Answer, type Attempt } from './send.ts'

/** The real application on a real port, in this process, with everything that a test wants to see of it. */
export type HostileApi = AsyncDisposable & {
  url: string
  /** A connection of the test's own to the same database. */
  store: Store
  /** The services on that connection, to prepare accounts without going through a door. */
  services: Services
  /** Every line that was logged until now, from level debug on. */
  lines: string[]
  send(attempt: Attempt): Promise<Answer>
}

/** Throttles that never bite, for tests which are not about them. */
const unthrottled = { REGISTRATIONS_PER_HOUR: '1000000', LOGIN_FAILURES_PER_HOUR: '1000000' }

/** The engines to loop over; for one that this run does not have, the file counts a skipped test. */
export function runnableEngines(): TestEngine[] {
  const missing = engines.filter(({ available }) => !available)
  test.skipIf(true).each(missing)('on $name', () => expect.unreachable())
  return engines.filter(({ available }) => available)
}

/** Starts the application on a fresh database; `environment` is what an operator would set. */
export async function startHostileApi(
  engine: TestEngine,
  environment: Record<string, string> = {},
): Promise<HostileApi> {
  const database = await engine.create()
  const lines: string[] = []
  // Without the redaction of the real one: what must not be logged must not even be handed to it.
  const log = pino({ level: 'debug', base: null }, { write: (line: string) => void lines.push(line) })
  const config = readConfig({ ...unthrottled, DATABASE_URL: database.url, PORT: '0', ...environment })
  const api = await startApi(config, log)
  const throttleLimits = { registrationsPerHour: 1, loginFailuresPerHour: 1 }
  // Both ends of every connection are in this process, which may open only so many.
  const agent = new Agent({ keepAlive: true, maxSockets: 100 })
  return {
    url: api.url,
    store: database.store,
    services: createServices({ store: database.store, throttleLimits }),
    lines,
    send: (attempt) => sendTo(api.url, attempt, agent),
    async [Symbol.asyncDispose]() {
      agent.destroy()
      await api.stop()
      await database[Symbol.asyncDispose]()
    },
  }
}
