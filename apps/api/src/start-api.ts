import { once } from 'node:events'
import { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { createAdaptorServer } from '@hono/node-server'
import { openStore } from '@prebook/db'
import { createServices, type Services } from '@prebook/server'
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import type { Logger } from './logger.ts'

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
  const store = await openStore(config.DATABASE_URL)
  const services = createServices({
    store,
    throttleLimits: {
      registrationsPerHour: config.REGISTRATIONS_PER_HOUR,
      loginFailuresPerHour: config.LOGIN_FAILURES_PER_HOUR,
    },
  })
  const lifecycle = { stopping: false }
  const app = createApp({ services, config, log, lifecycle })
  const server = createHttpServer(app)
  try {
    await listen(server, config)
  } catch (error) {
    await store.close()
    throw error
  }
  const sweeper = sweepSessions(services, log)
  const { address, family, port } = server.address() as AddressInfo
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
  // Whatever is logged: with port 0 nobody else knows the address.
  log
    .child({}, { level: 'info' })
    .info({ url, docs: `${url}/docs`, database: store.engine }, 'serving requests')

  return {
    url,
    async stop() {
      lifecycle.stopping = true
      clearInterval(sweeper)
      await drain(server)
      await store.close()
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

function sweepSessions(services: Services, log: Logger): NodeJS.Timeout {
  const sweep = () => {
    services.sessions.sweep().catch((error: unknown) => {
      log.warn({ err: error }, 'expired sessions could not be cleared away; the next try is in an hour')
    })
  }
  sweep()
  return setInterval(sweep, SWEEP_EVERY_MS)
}
