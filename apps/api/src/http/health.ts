import { Hono } from 'hono'
import { PrebookError } from '@prebook/core'
import type { Services } from '@prebook/server'
import type { HttpEnvironment } from './environment.ts'
import { requestLog } from './request-log.ts'

/** Whether the process is stopping: it still responds, but should get no new requests. */
export type Lifecycle = { stopping: boolean }

/** Supervisors and proxies check at least every few seconds. */
const RETRY = { 'Retry-After': '1' }

/** `/livez`: the process is alive. `/readyz`: it serves requests, and its database responds and accepts writes. */
export function healthPages(services: Services, lifecycle: Lifecycle): Hono<HttpEnvironment> {
  const pages = new Hono<HttpEnvironment>()
  pages.get('/livez', (c) => c.json({ status: 'alive' }))
  pages.get('/readyz', async (c) => {
    if (lifecycle.stopping) return c.json({ status: 'stopping' }, 503, RETRY)
    try {
      await services.store.checkWritable()
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
