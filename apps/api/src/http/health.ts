import { setTimeout as pause } from 'node:timers/promises'
import { Hono } from 'hono'
import { PrebookError } from '@prebook/core'
import type { Services } from '@prebook/server'
import type { HttpEnvironment } from './environment.ts'
import { requestLog } from './request-log.ts'

/** Whether the process is stopping: it still responds, but should get no new requests. */
export type Lifecycle = { stopping: boolean }

/** Supervisors and proxies check at least every few seconds. */
const RETRY = { 'Retry-After': '1' }

/** How long the database may take to answer, in milliseconds. Proxies wait a second or two for a check. */
const ANSWER_MS = 1_000

/** `/livez`: the process is alive. `/readyz`: it serves requests, and its database responds and accepts writes. */
export function healthPages(services: Services, lifecycle: Lifecycle): Hono<HttpEnvironment> {
  const pages = new Hono<HttpEnvironment>()
  pages.get('/livez', (c) => c.json({ status: 'alive' }))
  pages.get('/readyz', async (c) => {
    if (lifecycle.stopping) return c.json({ status: 'stopping' }, 503, RETRY)
    try {
      await inTime(services.store.checkWritable())
      return c.json({ status: 'ready' })
    } catch (error) {
      const err = error instanceof PrebookError ? (error.cause ?? error) : error
      requestLog(c).error(
        { err },
        'readiness check failed: the database does not respond or accepts no writes',
      )
      return c.json({ status: 'database unavailable' }, 503, RETRY)
    }
  })
  return pages
}

/** Rejects if the check takes too long. It then goes on, and its outcome is of no interest any more. */
async function inTime(check: Promise<void>): Promise<void> {
  const tooLate = new AbortController()
  try {
    await Promise.race([
      check,
      pause(ANSWER_MS, undefined, { signal: tooLate.signal }).then(() => {
        throw new Error(`The database did not answer within ${ANSWER_MS} ms.`)
      }),
    ])
  } finally {
    tooLate.abort()
    check.catch(() => {})
  }
}
