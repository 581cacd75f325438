import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import type { Context } from 'hono'
import { appRouter, createRequestContext, toPrebookError, type Services } from '@prebook/server'
import type { Config } from './config.ts'
import type { Environment } from './http/environment.ts'
import { logRefusal } from './http/log-refusal.ts'
import { requestFacts } from './http/request-facts.ts'

/** The most calls that one request may hold; the client sends as many at once. */
export const MAX_BATCH = 10

/** Serves every procedure under `/trpc`. */
export function trpcDoor(services: Services, config: Config) {
  return (c: Context<Environment>): Promise<Response> =>
    fetchRequestHandler({
      endpoint: '/trpc',
      req: c.req.raw,
      router: appRouter,
      maxBatchSize: MAX_BATCH,
      createContext: ({ resHeaders }) =>
        createRequestContext(
          services,
          requestFacts(c, config, (header) => resHeaders.append('set-cookie', header)),
        ),
      responseMeta({ errors }) {
        const headers = new Headers({ 'cache-control': 'no-store' })
        const waits = errors.map((error) => toPrebookError(error).retryAfterSeconds ?? 0)
        const wait = Math.max(0, ...waits)
        if (wait > 0) headers.set('retry-after', String(wait))
        return { headers }
      },
      onError: ({ error, path }) => logRefusal(c, toPrebookError(error), path),
    })
}
