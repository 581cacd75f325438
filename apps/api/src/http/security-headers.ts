import { Hono, type MiddlewareHandler } from 'hono'
import { createMiddleware } from 'hono/factory'
import { secureHeaders } from 'hono/secure-headers'
import type { Config } from '../config.ts'
import type { HttpEnvironment } from './environment.ts'

/**
 * Security headers for browsers. API responses may load nothing. The pages of `/docs` and the web page may load their own
 * files and call the API; the policy of the web page has no exceptions.
 */
export function securityHeaders(config: Config) {
  const everywhere = {
    referrerPolicy: 'no-referrer',
    xFrameOptions: 'DENY',
    // Sent by a plain HTTP service, this would lock browsers out of it for a year.
    strictTransportSecurity: config.PUBLIC_URL?.startsWith('https:') ? 'max-age=31536000' : false,
  }
  const nothing = {
    ...everywhere,
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  }
  const api = secureHeaders(nothing)
  const shared = secureHeaders({ ...nothing, crossOriginResourcePolicy: 'cross-origin' })
  const docs = secureHeaders({
    ...everywhere,
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      // Swagger UI sets style attributes and loads its icons from data: URLs.
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
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      workerSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
  })
  const mail = secureHeaders({
    ...everywhere,
    // Mails have inline styles, because mail programs require it. Everything else in them is blocked.
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: ["'unsafe-inline'"],
      frameAncestors: ["'none'"],
      sandbox: ['allow-popups', 'allow-top-navigation-by-user-activation'],
    },
  })
  const headersOf = {
    docs: fixed(docs),
    page: fixed(page),
    mail: fixed(mail),
    shared: fixed(shared),
    api: fixed(api),
  }
  return createMiddleware<HttpEnvironment>(async (c, next) => {
    await next()
    const isDocs = c.req.path === '/docs' || c.req.path.startsWith('/docs/')
    const headers = await headersOf[isDocs ? 'docs' : (c.get('contentPolicy') ?? 'api')]
    // Set on Node's response: setting them on Hono's would build a standard `Response` with its costly `Headers`.
    for (const [name, value] of headers) c.env.outgoing.setHeader(name, value)
  })
}

/** Computes a set of headers once. They are the same for every request. */
async function fixed(headers: MiddlewareHandler): Promise<[name: string, value: string][]> {
  const app = new Hono().use(headers).get('/', (c) => c.body(null))
  return [...(await app.request('/')).headers]
}
