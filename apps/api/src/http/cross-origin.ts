import { createMiddleware } from 'hono/factory'
import { cors } from 'hono/cors'
import type { Config } from '../config.ts'
import type { HttpEnvironment } from './environment.ts'

/**
 * Lets pages of the configured origins call the API. Whoever does not say where they come from gets no such headers:
 * setting them on every answer is a tenth of what a request costs (docs/performance.md).
 */
export function crossOrigin(config: Config) {
  const answer = cors({
    origin: config.CORS_ORIGINS,
    credentials: true,
    exposeHeaders: ['Retry-After', 'X-Request-Id'],
    maxAge: 600,
  })
  return createMiddleware<HttpEnvironment>((c, next) =>
    c.req.header('origin') === undefined && c.req.method !== 'OPTIONS' ? next() : answer(c, next),
  )
}
