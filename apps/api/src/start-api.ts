import { once } from 'node:events'
import { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { createAdaptorServer } from '@hono/node-server'
import { openStore } from '@prebook/db'
import { checkCurrency, createServices, startMail } from '@prebook/server'
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import type { Logger } from './logger.ts'
import { instrumentStore } from './metrics/instrumented-store.ts'
import { addMailMetrics } from './metrics/mail-metrics.ts'
import { createMetrics } from './metrics/metrics.ts'
import { addStreamMetrics } from './metrics/stream-metrics.ts'
import { createMailParts } from './mail/mail-parts.ts'
import { sweepHourly } from './sweep-hourly.ts'

/**
 * How long a stop waits for requests in progress, in milliseconds. With the default STOP_GRACE_MS, a stop takes nine seconds at most:
 * supervisors usually allow ten.
 */
const DRAIN_MS = 7_000

/** How long a client may take to send its headers and body, in milliseconds. Slower clients would tie up connections. */
const RECEIVE_MS = 4_000

/**
 * How many connections may wait to be accepted. After a restart all streams reconnect at once, and above Node's 511 the
 * kernel drops their handshakes, whose retries take up to a minute. Linux caps this at `net.core.somaxconn`, 4096 by default.
 */
const BACKLOG = 4096

/** Cannot listen on the configured address. The message says why and what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
}

export type RunningApi = {
  /** The address of the server. */
  url: string
  /**
   * Serves on for STOP_GRACE_MS, while `/readyz` says 503 and responses close their connections, so that proxies and clients
   * move to another process without an error. Then accepts no more requests, finishes those in progress within seven
   * seconds, and closes the database.
   *
   * @param atOnce ends the first part early
   */
  stop(atOnce?: AbortSignal): Promise<void>
}

/**
 * Opens the database, migrates it, and starts the server. Waits for a database server that accepts no writes.
 *
 * @param stopping ends that wait when it is aborted
 * @throws StoreOpenError, ListenError, the reason of `stopping`
 */
export async function startApi(
  config: Config,
  log: Logger,
  stopping: AbortSignal = new AbortController().signal,
): Promise<RunningApi> {
  const metrics = createMetrics()
  const opened = await openStore(config.DATABASE_URL, {
    poolSize: config.DATABASE_POOL_SIZE,
    lockWaitMs: config.DATABASE_WAIT_MS,
    statementTimeoutMs: config.DATABASE_STATEMENT_TIMEOUT_MS,
    log: { error: (message) => log.error(message), warn: (message) => log.warn(message) },
    waitForWrites: stopping,
    onUpgraded: (migrations) => {
      for (const { name, durationMs } of migrations)
        log.info({ migration: name, durationMs }, 'database upgraded')
    },
  })
  const store = instrumentStore(opened, metrics)
  const mail = createMailParts(config)
  const services = createServices({
    store,
    mail: {
      links: mail.links,
      configured: mail.smtp !== null,
      isPreviewed: config.MAIL_PREVIEW === '1',
    },
    currency: config.CURRENCY,
    observe: (call) => metrics.observeCall(call),
    signInWaitMs: config.SIGN_IN_WAIT_MS,
    throttleLimits: {
      registrationsPerHour: config.REGISTRATIONS_PER_HOUR,
      loginFailuresPerHour: config.LOGIN_FAILURES_PER_HOUR,
    },
    prebooksPerHour: config.PREBOOKS_PER_HOUR,
    prebookRequestsPerHour: config.PREBOOK_REQUESTS_PER_HOUR,
    requestProof: config.REQUEST_PROOF,
    tokenRequestsPerMinute: config.TOKEN_REQUESTS_PER_MINUTE,
    refusedBodiesPerHour: config.REFUSED_BODIES_PER_HOUR,
    timeZone: config.SHOP_TIMEZONE,
    readersPerCopy: config.READERS_PER_COPY,
    announcementDelayMs: config.ANNOUNCEMENT_DELAY_MINUTES * 60_000,
  })
  try {
    await checkCurrency(store, services.currency)
  } catch (error) {
    await store.close()
    throw error
  }
  services.live.listen()
  addStreamMetrics(metrics.registry, services)
  const lifecycle = { stopping: false }
  const app = createApp({ services, config, log, lifecycle, mail, metrics })
  const server = createHttpServer(app)
  try {
    await listen(server, config)
  } catch (error) {
    await store.close()
    throw error
  }
  const stopSweeping = sweepHourly(services, config, log)
  // Starts a hashing thread, so that on a busy machine the first sign-in does not wait for it.
  services.passwords.verify(null, '').catch(() => {})
  const { address, family, port } = server.address() as AddressInfo
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
  // Logged at every level: with port 0 there is no other way to learn the address.
  log
    .child({}, { level: 'info' })
    .info({ url, docs: `${url}/docs`, database: store.engine }, 'serving requests')
  if (mail.smtp === null)
    log.warn(
      'mail is off: SMTP_URL is not set, so e-mails are held. Once it is set, send them with `prebook deliveries redrive --state held`',
    )
  const sendingMail = startMail(services, mail.smtp, log)
  addMailMetrics(metrics.registry, sendingMail)

  return {
    url,
    async stop(atOnce) {
      lifecycle.stopping = true
      stopSweeping()
      await pause(config.STOP_GRACE_MS, undefined, { signal: atOnce }).catch(() => {})
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
  if (!(server instanceof Server)) throw new TypeError('The adapter returned an HTTP/2 server.')
  return server
}

async function listen(server: Server, { HOST, PORT }: Config): Promise<void> {
  server.listen({ port: PORT, host: HOST, backlog: BACKLOG })
  try {
    await once(server, 'listening')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const why =
      code === 'EADDRINUSE'
        ? 'the port is already in use: stop the other process, or set PORT to another port'
        : code === 'EACCES'
          ? 'this user may not use that port: set PORT to 1024 or higher'
          : code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND'
            ? 'this machine has no such address: change HOST'
            : String(error)
    throw new ListenError(`Cannot listen on ${HOST}, port ${PORT}: ${why}.`, { cause: error })
  }
}

/** Closes the server: idle connections immediately, busy ones after their response, all of them after {@link DRAIN_MS}. */
async function drain(server: Server): Promise<void> {
  const closed = once(server, 'close').then(() => true)
  await quietMoment(server)
  server.close()
  const deadline = performance.now() + DRAIN_MS
  while (!(await Promise.race([closed, pause(50).then(() => false)]))) {
    if (performance.now() > deadline) server.closeAllConnections()
    else server.closeIdleConnections()
  }
}

/** How long a quiet moment is waited for, in milliseconds, and how short a turn of the event loop must be. */
const QUIET = { withinMs: 500, turnMs: 0.2 }

/**
 * Waits for a short turn of the event loop without a new connection. The system resets connections that were not accepted yet
 * when the port is closed, and a proxy cannot know that their requests were not read. After such a turn, there is hardly any.
 */
async function quietMoment(server: Server): Promise<void> {
  let accepted = false
  const onConnection = () => {
    accepted = true
  }
  server.on('connection', onConnection)
  const deadline = performance.now() + QUIET.withinMs
  for (let isQuiet = false; !isQuiet && performance.now() < deadline;) {
    accepted = false
    const before = performance.now()
    await nextTurn()
    isQuiet = !accepted && performance.now() - before < QUIET.turnMs
  }
  server.off('connection', onConnection)
}
