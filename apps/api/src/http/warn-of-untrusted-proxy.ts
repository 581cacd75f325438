import { createMiddleware } from 'hono/factory'
import type { Logger } from '../logger.ts'
import type { HttpEnvironment } from './environment.ts'

/**
 * Warns once when a request has X-Forwarded-For although no proxy is trusted. If a proxy added it, all clients count as one
 * network, and share its limits.
 */
export function warnOfUntrustedProxy(log: Logger) {
  let warned = false
  return createMiddleware<HttpEnvironment>((c, next) => {
    if (!warned && c.req.header('x-forwarded-for') !== undefined) {
      warned = true
      log.warn(
        'a request has X-Forwarded-For, but TRUSTED_PROXIES is 0: if the service is behind a proxy, all clients share one throttle; set TRUSTED_PROXIES to the number of proxies',
      )
    }
    return next()
  })
}
