import { WAIT } from '@prebook/testing/bounds'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { Server } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAdaptorServer } from '@hono/node-server'
import { expect, test, vi } from 'vitest'
import { openStore } from '@prebook/db'
import { createServices } from '@prebook/server'
import { Hono } from 'hono'
import { readConfig } from '../config.ts'
import type { HttpEnvironment } from '../http/environment.ts'
import { createLogger } from '../logger.ts'
import { createMetrics } from '../metrics/metrics.ts'
import { trpcHandler } from './trpc-handler.ts'
import { createHeartbeat } from './heartbeat.ts'

/** Starts a server with a fast heartbeat, and a reader whose prebooks, 40 MB in all, fill every buffer of a stream. */
async function startStreamServer() {
  await using setUp = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'prebook-streams-'))
  setUp.defer(() => rm(folder, { recursive: true, force: true }))
  const store = setUp.adopt(await openStore(`file:${join(folder, 'prebook.db')}`), (it) => it.close())
  const throttleLimits = { registrationsPerHour: 1_000, loginFailuresPerHour: 1_000 }
  const services = createServices({ store, throttleLimits })
  const metrics = createMetrics()
  const userId = await store.write(async (tx) => {
    const user = { email: 'a@example.org', password_hash: 'x', role: 'reader' as const, created_at: 1 }
    const { id } = await tx.insertInto('users').values(user).returning('id').executeTakeFirstOrThrow()
    const book = { title: 'T'.repeat(20_000), author: 'A', isbn: null, price_cents: 1, description: null }
    const { id: bookId } = await tx
      .insertInto('books')
      .values({ ...book, stock_quantity: 0, search_text: 't', created_at: 1, updated_at: 1 })
      .returning('id')
      .executeTakeFirstOrThrow()
    const { id: waitlistId } = await tx
      .insertInto('waitlists')
      .values({ book_id: bookId, opened_at: 1 })
      .returning('id')
      .executeTakeFirstOrThrow()
    const prebook = { waitlist_id: waitlistId, user_id: id, created_at: 1 }
    for (let rows = 0; rows < 2_000; rows += 1_000) {
      const cancelled = { ...prebook, cancelled_at: 2, cancelled_from: 'waiting' as const }
      await tx
        .insertInto('prebooks')
        .values(Array.from({ length: 1_000 }, () => cancelled))
        .execute()
    }
    return id
  })
  const { token } = await services.sessions.start(userId)

  const app = new Hono<HttpEnvironment>()
  app.use(async (c, next) => {
    c.set('requestId', 'test')
    c.set('log', createLogger('silent'))
    await next()
  })
  const heartbeat = createHeartbeat(100)
  app.all('/trpc/*', trpcHandler({ services, config: readConfig({}), metrics, heartbeat }))
  const server = createAdaptorServer({ fetch: app.fetch })
  setUp.defer(async () => {
    const closed = once(server, 'close')
    server.close()
    if (server instanceof Server) server.closeAllConnections()
    await closed
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const ends = async () =>
    (await metrics.registry.getMetricsAsJSON()).find(({ name }) => name === 'prebook_streams_ended_total')
      ?.values
  const disposables = setUp.move()
  return {
    services,
    ends,
    watch(path: string): Socket {
      const socket = connect(port, '127.0.0.1')
      // A client that reconnects gets all of them.
      socket.write(
        `GET ${path}?lastEventId=1:waiting HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`,
      )
      return socket
    },
    [Symbol.asyncDispose]: () => disposables.disposeAsync(),
  }
}

// tRPC treats all of these paths as the same procedure.
test.each(['', '/', '//'])(
  'cuts off a client of …watch%s that does not read, and keeps one that does',
  async (end) => {
    await using server = await startStreamServer()
    const path = `/trpc/prebooks.watch${end}`
    const [idle, busy] = [server.watch(path), server.watch(path)]
    idle.pause()
    idle.on('error', () => {})
    let text = ''
    busy.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-1_000)
    })
    await vi.waitFor(
      async () =>
        expect(await server.ends()).toEqual([
          { labels: { procedure: 'prebooks.watch', how: 'cut-off' }, value: 1 },
        ]),
      WAIT,
    )
    await vi.waitFor(() => expect(server.services.live.count('prebooks')).toBe(1), WAIT)
    // The whole state arrived, then pings.
    await vi.waitFor(() => expect(text).toMatch(/event: ping\ndata: \n\n/), WAIT)
    busy.destroy()
    idle.destroy()
    await vi.waitFor(() => expect(server.services.live.count('prebooks')).toBe(0), WAIT)
  },
)
