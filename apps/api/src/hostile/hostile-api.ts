import { Agent } from 'node:http'
import { WAIT_MS } from '@prebook/testing/bounds'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { Store } from '@prebook/db'
import { engines, type TestEngine } from '@prebook/db/testing'
import { createServices, type Services } from '@prebook/server'
import { readConfig } from '../config.ts'
import { startApi } from '../start-api.ts'
import { sendTo, type Answer, type Attempt } from './send.ts'

/** The real application on a real port in this process, with access to its database and log. */
export type HostileApi = AsyncDisposable & {
  url: string
  /** A separate connection of the test to the same database. */
  store: Store
  /** The services on that connection, to prepare accounts without the API. */
  services: Services
  /** All lines logged so far, at level debug and above. */
  lines: string[]
  send(attempt: Attempt): Promise<Answer>
}

/** Limits that tests about other topics never reach. */
const highLimits = {
  REGISTRATIONS_PER_HOUR: '1000000',
  LOGIN_FAILURES_PER_HOUR: '1000000',
  REFUSED_BODIES_PER_HOUR: '1000000',
  PREBOOKS_PER_HOUR: '1000000',
  PREBOOK_REQUESTS_PER_HOUR: '1000000',
  TOKEN_REQUESTS_PER_MINUTE: '1000000',
  SIGN_IN_WAIT_MS: String(WAIT_MS),
}

/** The available engines. Each unavailable engine counts as one skipped test. */
export function runnableEngines(): TestEngine[] {
  const missing = engines.filter(({ available }) => !available)
  test.skipIf(true).each(missing)('on $name', () => expect.unreachable())
  return engines.filter(({ available }) => available)
}

/** A mail server that cannot be reached: mail is queued, and nothing else happens to it. */
export const unreachableMail = {
  SMTP_URL: 'smtp://127.0.0.1:1',
  MAIL_FROM: 'The Bookshop <shop@books.example>',
  SECRET: 'a secret that is long enough for this',
  PUBLIC_URL: 'https://books.example',
}

/** Starts the application on a new database. `environment` holds the variables that an operator would set. */
export async function startHostileApi(
  engine: TestEngine,
  environment: Record<string, string> = {},
): Promise<HostileApi> {
  const database = await engine.create()
  const lines: string[] = []
  // Without redaction, unlike the real logger: secrets must not even reach it.
  const log = pino({ level: 'debug', base: null }, { write: (line: string) => void lines.push(line) })
  const config = readConfig({ ...highLimits, DATABASE_URL: database.url, PORT: '0', ...environment })
  const api = await startApi(config, log)
  const throttleLimits = { registrationsPerHour: 1, loginFailuresPerHour: 1 }
  // Both ends of every connection are in this process, whose open files are limited.
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
