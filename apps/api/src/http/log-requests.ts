import { randomUUID } from 'node:crypto'
import { createMiddleware } from 'hono/factory'
import type { Logger } from '../logger.ts'
import type { Environment } from './environment.ts'
import type { Lifecycle } from './health.ts'

/**
 * Names each request and writes one line when its answer is ready: method, path, status and milliseconds. Never a query,
 * a header or a body: they may hold what is nobody's business.
 */
export function logRequests(log: Logger, lifecycle: Lifecycle) {
  return createMiddleware<Environment>(async (c, next) => {
    const started = performance.now()
    const requestId = randomUUID()
    const requestLog = log.child({ requestId })
    c.set('requestId', requestId)
    c.set('log', requestLog)
    await next()
    c.header('X-Request-Id', requestId)
    if (lifecycle.stopping) c.header('Connection', 'close')
    const { status } = c.res
    const line = {
      method: c.req.method,
      path: c.req.path,
      status,
      ms: Math.round((performance.now() - started) * 100) / 100,
      reason: c.get('reason'),
    }
    if (status >= 500) requestLog.error(line, 'request failed')
    else if (isProbe(c.req.path)) requestLog.debug(line, 'request')
    else requestLog.info(line, 'request')
  })
}

function isProbe(path: string): boolean {
  return path === '/livez' || path === '/readyz'
}
