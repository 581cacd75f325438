import { randomUUID } from 'node:crypto'
import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { matchedRoutes } from 'hono/route'
import type { Logger } from '../logger.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { VERSION_HEADER, version } from '../version.ts'
import type { HttpEnvironment } from './environment.ts'
import type { Lifecycle } from './health.ts'

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/**
 * Assigns each request an id and logs one line when its response is ready: method, path, status, milliseconds, and the version
 * of the client if it sends one. Queries, other headers and bodies are never logged, because they may contain secrets or
 * personal data. The response carries the id and the version of the server.
 */
export function logRequests(log: Logger, lifecycle: Lifecycle, metrics: Pick<Metrics, 'observeRequest'>) {
  return createMiddleware<HttpEnvironment>(async (c, next) => {
    const started = performance.now()
    const requestId = randomUUID()
    c.set('requestId', requestId)
    c.set('log', log)
    await next()
    // Set on Node's response: setting them on Hono's would build a standard `Response` with its costly `Headers`.
    c.env.outgoing.setHeader('x-request-id', requestId)
    c.env.outgoing.setHeader(VERSION_HEADER, version)
    if (lifecycle.stopping) c.header('Connection', 'close')
    const { status } = c.res
    const ms = performance.now() - started
    metrics.observeRequest({ method: methodOf(c), route: routeOf(c), status, seconds: ms / 1_000 })
    const line = {
      requestId,
      method: c.req.method,
      path: c.req.path,
      status,
      ms: Math.round(ms * 100) / 100,
      reason: c.get('reason'),
      client: clientVersion(c),
    }
    // A refusal for a known reason needs no alert of its own: `logRefusal` has decided on that.
    const expected = line.reason !== undefined && line.reason !== 'INTERNAL_ERROR'
    if (status >= 500 && !expected) log.error(line, 'request failed')
    else if (status >= 500) log.warn(line, 'request failed')
    else if (isProbe(c.req.path)) log.debug(line, 'request')
    else log.info(line, 'request')
  })
}

/** The pattern of the route that responded, which is the first of those that match. All unknown paths share one name. */
function routeOf(c: Context<HttpEnvironment>): string {
  return matchedRoutes(c).find(({ path }) => !/^\/?\*$/.test(path))?.path ?? 'none'
}

/** The version of the caller's `@prebook/client`. Anything else in that header is ignored, since it can be any text. */
function clientVersion(c: Context<HttpEnvironment>): string | undefined {
  const sent = c.req.header('prebook-client')
  return sent !== undefined && /^\d{1,4}\.\d{1,4}\.\d{1,4}$/.test(sent) ? sent : undefined
}

function methodOf(c: Context<HttpEnvironment>): string {
  return METHODS.has(c.req.method) ? c.req.method : 'other'
}

function isProbe(path: string): boolean {
  return path === '/livez' || path === '/readyz'
}
