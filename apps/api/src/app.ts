import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import { PrebookError } from '@prebook/core'
import type { Services } from '@prebook/server'
import type { Config } from './config.ts'
import { docsPages } from './docs/docs-pages.ts'
import type { Environment } from './http/environment.ts'
import { healthPages, type Lifecycle } from './http/health.ts'
import { refuse, refuseUnexpected } from './http/refuse.ts'
import { logRequests } from './http/log-requests.ts'
import { securityHeaders } from './http/security-headers.ts'
import type { Logger } from './logger.ts'
import { restDoor } from './rest/rest-door.ts'
import { trpcDoor } from './trpc-door.ts'

/** The largest body that is read, in bytes: a hundred books for the catalogue, each as long as it may be in any script. */
const MAX_BODY = 3_000_000

export type AppOptions = { services: Services; config: Config; log: Logger; lifecycle: Lifecycle }

/** The HTTP application: what every request passes, then the doors. */
export function createApp({ services, config, log, lifecycle }: AppOptions): Hono<Environment> {
  const app = new Hono<Environment>()
  app.onError((error, c) => refuseUnexpected(c, error))
  app.notFound((c) => refuse(c, new PrebookError('ROUTE_NOT_FOUND')))

  app.use(logRequests(log, lifecycle))
  app.use(securityHeaders(config))
  app.use(
    cors({
      origin: config.CORS_ORIGINS,
      credentials: true,
      exposeHeaders: ['Retry-After', 'X-Request-Id'],
      maxAge: 600,
    }),
  )
  app.use(
    bodyLimit({
      maxSize: MAX_BODY,
      onError(c) {
        // The rest of the body is still under way on this connection: nothing can follow it.
        c.header('Connection', 'close')
        return refuse(c, new PrebookError('PAYLOAD_TOO_LARGE'))
      },
    }),
  )

  app.route('/', healthPages(services, lifecycle))
  app.route('/', docsPages(config))
  app.all('/trpc/*', trpcDoor(services, config))
  app.route('/', restDoor(services, config))
  app.get('/', (c) => c.redirect('/docs'))
  return app
}
