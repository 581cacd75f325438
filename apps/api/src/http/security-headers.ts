import { Hono, type MiddlewareHandler } from 'hono'
import { createMiddleware } from 'hono/factory'
import { secureHeaders } from 'hono/secure-headers'
import type { Config } from '../config.ts'
import type { HttpEnvironment } from './environment.ts'

/**
 * Headers that keep browsers from doing more with an answer than they should. Answers of the API load nothing at all; the
 * pages of `/docs` load their own files and call the API, and so does the web page, whose policy has no exceptions.
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
  const page = secureHeaders({
    ...everywhere,
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      connectSrc: ["'self'"],
      workerSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
  })
  const mail = secureHeaders({
    ...everywhere,
    // Mails carry their style in attributes, as mail programs want it. Nothing else of them comes alive.
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: ["'unsafe-inline'"],
      frameAncestors: ["'none'"],
      sandbox: ['allow-popups', 'allow-top-navigation-by-user-activation'],
    },
  })
  const headersOf = { docs: fixed(docs), page: fixed(page), mail: fixed(mail), api: fixed(api) }
  return createMiddleware<HttpEnvironment>(async (c, next) => {
    await next()
    const isDocs = c.req.path === '/docs' || c.req.path.startsWith('/docs/')
    const headers = await headersOf[isDocs ? 'docs' : (c.get('shows') ?? 'api')]
    // On Node's own answer: on the other it would cost building one with all of what the standard says of headers.
    for (const [name, value] of headers) c.env.outgoing.setHeader(name, value)
  })
}

/** What a set of headers comes to: the same for every request. */
async function fixed(headers: MiddlewareHandler): Promise<[name: string, value: string][]> {
  const app = new Hono().use(headers).get('/', (c) => c.body(null))
  return [...(await app.request('/')).headers]
}
