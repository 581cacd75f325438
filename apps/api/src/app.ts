import { Hono } from 'hono'
import { getPath } from 'hono/utils/url'
import type { Services } from '@prebook/server'
import type { Config } from './config.ts'
import { docsPages } from './rest/docs-pages.ts'
import { crossOrigin } from './http/cross-origin.ts'
import type { HttpEnvironment } from './http/environment.ts'
import { healthPages, type Lifecycle } from './http/health.ts'
import { limitBody } from './http/limit-body.ts'
import { refuseUnexpected } from './http/refuse.ts'
import { logRequests } from './http/log-requests.ts'
import { securityHeaders } from './http/security-headers.ts'
import { answerUnmatched } from './http/unmatched.ts'
import { warnOfUntrustedProxy } from './http/warn-of-untrusted-proxy.ts'
import { createHeartbeat, type Heartbeat } from './trpc/heartbeat.ts'
import type { Logger } from './logger.ts'
import { mailPages } from './mail/mail-pages.ts'
import type { MailParts } from './mail/mail-parts.ts'
import { previewPages } from './mail/preview-pages.ts'
import type { Metrics } from './metrics/metrics.ts'
import { metricsPage } from './metrics/metrics-page.ts'
import { isbnAsId } from './rest/isbn-address.ts'
import { restHandler } from './rest/rest-handler.ts'
import { trpcHandler } from './trpc/trpc-handler.ts'
import { openWebPage } from './web/web-page.ts'

export type AppOptions = {
  services: Services
  config: Config
  log: Logger
  lifecycle: Lifecycle
  mail: MailParts
  metrics: Metrics
  heartbeat?: Heartbeat
}

/** The HTTP application: middleware for every request, then the handlers. */
export function createApp({
  services,
  config,
  log,
  lifecycle,
  mail,
  metrics,
  heartbeat = createHeartbeat(),
}: AppOptions): Hono<HttpEnvironment> {
  const app = new Hono<HttpEnvironment>({ getPath: (request) => isbnAsId(getPath(request)) })
  app.onError((error, c) => refuseUnexpected(c, error))
  const page = openWebPage(config)
  app.notFound(answerUnmatched(app, page))

  app.use(logRequests(log, lifecycle, metrics))
  if (config.TRUSTED_PROXIES === 0) app.use(warnOfUntrustedProxy(log))
  app.use(securityHeaders(config))
  app.use(crossOrigin(config))
  app.use(limitBody(services, config))

  app.route('/', healthPages(services, lifecycle))
  app.route('/', docsPages(config))
  app.route('/', metricsPage(metrics.registry, config))
  app.route('/', mailPages(services, mail.links, config))
  if (config.MAIL_PREVIEW === '1') app.route('/', previewPages(services, mail))
  const streams = { services, config, metrics, heartbeat }
  app.all('/trpc/*', trpcHandler(streams))
  app.route('/', page.routes)
  app.route('/', restHandler(streams))
  return app
}
