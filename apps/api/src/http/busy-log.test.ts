import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAdaptorServer } from '@hono/node-server'
import { pino } from 'pino'
import { expect, test, vi } from 'vitest'
import { PrebookError } from '@prebook/core'
import { openStore } from '@prebook/db'
import { createServices } from '@prebook/server'
import { createApp } from '../app.ts'
import { readConfig } from '../config.ts'
import { createMailParts } from '../mail/mail-parts.ts'
import { createMetrics } from '../metrics/metrics.ts'

/** The level on which operators are told to alert (docs/operating.md). */
const ALERT = 50

/** Starts the application on a store whose reads fail, and sends requests that need it. Returns the highest level logged. */
async function highestLevel(error: Error): Promise<number> {
  await using setUp = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'prebook-busy-'))
  setUp.defer(() => rm(folder, { recursive: true, force: true }))
  const store = setUp.adopt(await openStore(`file:${join(folder, 'prebook.db')}`), (it) => it.close())
  const services = createServices({
    store,
    throttleLimits: { registrationsPerHour: 1_000, loginFailuresPerHour: 1_000 },
  })
  const levels: number[] = []
  const write = (line: string) => void levels.push((JSON.parse(line) as { level: number }).level)
  const config = readConfig({})
  const app = createApp({
    services,
    config,
    log: pino({ level: 'debug', base: null }, { write }),
    lifecycle: { stopping: false },
    mail: createMailParts(config),
    metrics: createMetrics(),
  })
  const server = createAdaptorServer({ fetch: app.fetch })
  setUp.defer(async () => {
    const closed = once(server, 'close')
    server.close()
    if (server instanceof Server) server.closeAllConnections()
    await closed
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const failing = vi.spyOn(store, 'read').mockRejectedValue(error)
  const headers = { authorization: 'Bearer x', 'content-type': 'application/json' }
  const large = { method: 'POST', headers, body: ' '.repeat(20_000) }
  const requests: [path: string, init: RequestInit][] = [
    ['/books', {}],
    ['/trpc/books.list?input={}', {}],
    ['/trpc/books.list,books.list?batch=1&input={"0":{},"1":{}}', {}],
    ['/prebooks', { headers }],
    // The session is looked up before the body is read.
    ['/trpc/books.import', large],
    ['/books', large],
  ]
  for (const [path, init] of requests) {
    const answer = await fetch(`${url}${path}`, init)
    const [expected, wait] = error instanceof PrebookError ? [503, '1'] : [500, null]
    expect([path, answer.status, answer.headers.get('retry-after')]).toEqual([path, expected, wait])
  }
  failing.mockRestore()
  return Math.max(...levels)
}

test('a store that clients keep busy is logged below the level of alerts', async () => {
  expect(await highestLevel(new PrebookError('STORE_BUSY', { retryAfterSeconds: 1 }))).toBeLessThan(ALERT)
})

test.each([
  new PrebookError('STORE_BUSY', {
    retryAfterSeconds: 1,
    storeFailed: true,
    cause: new Error('database or disk is full'),
  }),
  new Error('a bug'),
])('%s is logged at the level of alerts', async (error) => {
  expect(await highestLevel(error)).toBe(ALERT)
})
