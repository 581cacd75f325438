import { createMiddleware } from 'hono/factory'
import { cors } from 'hono/cors'
import type { Config } from '../config.ts'
import { REPLAYED_HEADER } from '../rest/idempotency-header.ts'
import { VERSION_HEADER } from '../version.ts'
import { DEVICE_HEADER } from './request-facts.ts'
import type { HttpEnvironment } from './environment.ts'

/**
 * Lets pages of the configured origins call the API. Requests without an `Origin` header get no CORS headers: setting
 * them on every response would add a tenth to the cost of a request (docs/performance.md).
 */
export function crossOrigin(config: Config) {
  const handleCors = cors({
    origin: config.CORS_ORIGINS,
    credentials: true,
    exposeHeaders: [
      'Content-Disposition',
      'ETag',
      'Retry-After',
      'X-Request-Id',
      'RateLimit',
      'RateLimit-Policy',
      DEVICE_HEADER,
      REPLAYED_HEADER,
      VERSION_HEADER,
    ],
    // The longest time for which Chromium remembers a permission. Each address needs one of its own.
    maxAge: 7_200,
  })
  return createMiddleware<HttpEnvironment>((c, next) => {
    if (c.req.header('origin') === undefined) return next()
    // Hono takes any OPTIONS for a preflight. Others ask which methods an address has.
    const isPreflight = c.req.header('access-control-request-method') !== undefined
    return c.req.method === 'OPTIONS' && !isPreflight ? next() : handleCors(c, next)
  })
}
