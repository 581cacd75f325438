import { once } from 'node:events'
import { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { createAdaptorServer } from '@hono/node-server'
import { openStore } from '@prebook/db'
import { createServices, startMail, type Services } from '@prebook/server'
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import type { Logger } from './logger.ts'
import { instrumentStore } from './metrics/instrumented-store.ts'
import { addMailMetrics } from './metrics/mail-metrics.ts'
import { createMetrics } from './metrics/metrics.ts'
import { addStreamMetrics } from './metrics/stream-metrics.ts'
import { createMailParts } from './mail/mail-parts.ts'

/** How long a stop waits for requests under way, in milliseconds: below the ten seconds that supervisors allow. */
const DRAIN_MS = 8_000

/** How long a client may take to send its headers and its body. Ours are small; who takes longer holds a connection. */
const RECEIVE_MS = 4_000

const SWEEP_EVERY_MS = 3_600_000

/** The address cannot be listened on; the message says why and what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
}

export type RunningApi = {
  /** Where requests are served. */
  url: string
  /** Takes no more requests, finishes those under way within some seconds, and closes the database. */
  stop(): Promise<void>
}

/**
 * Opens the database, brings it up to date, and serves.
 *
 * @throws StoreOpenError, ListenError
 */
export async function startApi(config: Config, log: Logger): Promise<RunningApi> {
  const metrics = createMetrics()
  const opened = await openStore(config.DATABASE_URL, {
    poolSize: config.DATABASE_POOL_SIZE,
    lockWaitMs: config.DATABASE_WAIT_MS,
    statementTimeoutMs: config.DATABASE_STATEMENT_TIMEOUT_MS,
  })
  const store = instrumentStore(opened, metrics)
  const services = createServices({
    store,
    observe: (call) => metrics.observeCall(call),
    throttleLimits: {
      registrationsPerHour: config.REGISTRATIONS_PER_HOUR,
      loginFailuresPerHour: config.LOGIN_FAILURES_PER_HOUR,
    },
  })
  services.live.listen()
  addStreamMetrics(metrics.registry, services)
  const lifecycle = { stopping: false }
  const mail = createMailParts(config)
  const app = createApp({ services, config, log, lifecycle, mail, metrics })
  const server = createHttpServer(app)
  try {
    await listen(server, config)
  } catch (error) {
    await store.close()
    throw error
  }
  const stopSweeping = sweepHourly(services, log)
  const { address, family, port } = server.address() as AddressInfo
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
  // Whatever is logged: with port 0 nobody else knows the address.
  log
    .child({}, { level: 'info' })
    .info({ url, docs: `${url}/docs`, database: store.engine }, 'serving requests')
  if (mail.smtp === null)
    log.warn(
      'mail is off: SMTP_URL is not set, so every mail is kept, to be sent later by `prebook deliveries redrive`',
    )
  const sendingMail = startMail(services, mail.smtp, log)
  addMailMetrics(metrics.registry, sendingMail)

  return {
    url,
    async stop() {
      lifecycle.stopping = true
      stopSweeping()
      services.live.close()
      try {
        await Promise.all([drain(server), sendingMail.stop(DRAIN_MS)])
      } finally {
        await store.close()
      }
    },
  }
}

function createHttpServer(app: ReturnType<typeof createApp>): Server {
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: {
      headersTimeout: RECEIVE_MS,
      requestTimeout: RECEIVE_MS,
      connectionsCheckingInterval: 500,
      maxHeaderSize: 16_384,
    },
  })
  if (!(server instanceof Server)) throw new TypeError('The adaptor made a server of HTTP/2.')
  return server
}

async function listen(server: Server, { HOST, PORT }: Config): Promise<void> {
  server.listen(PORT, HOST)
  try {
    await once(server, 'listening')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const why =
      code === 'EADDRINUSE'
        ? 'something else listens there: stop it, or set PORT to another one'
        : code === 'EACCES'
          ? 'this account may not use that port: set PORT to one above 1023'
          : code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND'
            ? 'this machine has no such address: change HOST'
            : String(error)
    throw new ListenError(`Cannot listen on ${HOST}, port ${PORT}: ${why}.`, { cause: error })
  }
}

/** Ends the server: idle connections at once, busy ones when their answer is out, all of them after a while. */
async function drain(server: Server): Promise<void> {
  const closed = once(server, 'close').then(() => true)
  server.close()
  const deadline = performance.now() + DRAIN_MS
  while (!(await Promise.race([closed, pause(50).then(() => false)]))) {
    if (performance.now() > deadline) server.closeAllConnections()
    else server.closeIdleConnections()
  }
}

/**
 * Clears away sessions that have ended and throttles that have run out, now and every hour.
 *
 * @returns what ends it
 */
function sweepHourly({ sessions, throttles }: Services, log: Logger): () => void {
  const stopping = new AbortController()
  const sweep = () => {
    Promise.all([sessions.sweep(stopping.signal), throttles.sweep(stopping.signal)]).catch(
      (error: unknown) => {
        log.warn({ err: error }, 'what has expired could not be cleared away; the next try is in an hour')
      },
    )
  }
  sweep()
  const timer = setInterval(sweep, SWEEP_EVERY_MS)
  return () => {
    clearInterval(timer)
    stopping.abort()
  }
}
