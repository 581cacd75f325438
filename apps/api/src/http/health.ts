import { Hono } from 'hono'
import type { Services } from '@prebook/server'
import type { HttpEnvironment } from './environment.ts'
import { requestLog } from './request-log.ts'

/** Whether the process is stopping: it still responds, but should get no new requests. */
export type Lifecycle = { stopping: boolean }

/** `/livez`: the process is alive. `/readyz`: it serves requests and its database responds. */
export function healthPages(services: Services, lifecycle: Lifecycle): Hono<HttpEnvironment> {
  const pages = new Hono<HttpEnvironment>()
  pages.get('/livez', (c) => c.json({ status: 'alive' }))
  pages.get('/readyz', async (c) => {
    if (lifecycle.stopping) return c.json({ status: 'stopping' }, 503)
    try {
      await services.store.read((reader) => reader.selectFrom('users').select('id').limit(1).execute())
      return c.json({ status: 'ready' })
    } catch (error) {
      requestLog(c).error({ err: error }, 'readiness check failed: the database does not respond')
      return c.json({ status: 'database unavailable' }, 503)
    }
  })
  return pages
}
