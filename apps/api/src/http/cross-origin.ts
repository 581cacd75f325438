import { createMiddleware } from 'hono/factory'
import { cors } from 'hono/cors'
import type { Context, Next } from 'hono'
import type { Config } from '../config.ts'
import { restRoutes } from '../rest/routes.ts'
import { REPLAYED_HEADER } from '../rest/idempotency-header.ts'
import { VERSION_HEADER } from '../version.ts'
import { DEVICE_HEADER } from './request-facts.ts'
import type { HttpEnvironment } from './environment.ts'

/** The longest time for which Chromium remembers a permission, in seconds. Each address needs one of its own. */
const MAX_AGE = 7_200

/** The methods of the addresses that pages of every origin may call. */
const openAddresses = new Map(
  restRoutes.filter((route) => route.isForAnyOrigin).map(({ path, method }) => [path, method]),
)

/**
 * Lets pages of the configured origins call the API. Requests without an `Origin` header get no CORS headers: setting
 * them on every response would add a tenth to the cost of a request (docs/performance.md). Some addresses may be called by
 * pages of every origin, but not with credentials: see docs/decisions/0067-availability-for-any-page.md.
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
    maxAge: MAX_AGE,
  })
  return createMiddleware<HttpEnvironment>((c, next) => {
    const method = openAddresses.get(c.req.path)
    if (method !== undefined) return answerAnyOrigin(c, method, next)
    if (c.req.header('origin') === undefined) return next()
    // Hono takes any OPTIONS for a preflight. Others ask which methods an address has.
    return c.req.method === 'OPTIONS' && !isPreflight(c) ? next() : handleCors(c, next)
  })
}

function isPreflight({ req }: Context): boolean {
  return req.method === 'OPTIONS' && req.header('access-control-request-method') !== undefined
}

/** Also answers requests without an `Origin` header, and all in the same words, so that a cache can send the response to every site. */
async function answerAnyOrigin(c: Context, method: string, next: Next): Promise<Response | void> {
  c.header('Access-Control-Allow-Origin', '*')
  if (isPreflight(c)) {
    c.header('Access-Control-Allow-Methods', method)
    c.header('Access-Control-Allow-Headers', 'Content-Type')
    c.header('Access-Control-Max-Age', String(MAX_AGE))
    return c.body(null, 204)
  }
  c.header('Access-Control-Expose-Headers', 'ETag, Retry-After, X-Request-Id')
  await next()
}
