import { createMiddleware } from 'hono/factory'
import { secureHeaders } from 'hono/secure-headers'
import type { Config } from '../config.ts'
import type { Environment } from './environment.ts'

/**
 * Headers that keep browsers from doing more with an answer than they should. Answers of the API load nothing at all; the
 * pages of `/docs` load their own files and call the API.
 */
export function securityHeaders(config: Config) {
  const everywhere = {
    referrerPolicy: 'no-referrer',
    xFrameOptions: 'DENY',
    // A browser that is told so once by a plain HTTP service would refuse it for good.
    strictTransportSecurity: config.PUBLIC_URL?.startsWith('https:') ? 'max-age=31536000' : false,
  }
  const api = secureHeaders({
    ...everywhere,
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  })
  const docs = secureHeaders({
    ...everywhere,
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      // Swagger UI sets style attributes and draws its icons from data: addresses.
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      frameAncestors: ["'none'"],
    },
  })
  return createMiddleware<Environment>((c, next) =>
    c.req.path === '/docs' || c.req.path.startsWith('/docs/') ? docs(c, next) : api(c, next),
  )
}
