import type { Context } from 'hono'
import { matchedRoutes } from 'hono/route'
import { PrebookError } from '@prebook/core'
import { honoPath } from '../rest/route.ts'
import { restRoutes } from '../rest/routes.ts'
import { MAX_BATCH, trpcPath } from '../trpc/trpc-path.ts'
import type { HttpEnvironment } from './environment.ts'

/**
 * The procedures that a request calls, by its path. They may not exist.
 *
 * @throws PrebookError `BATCH_TOO_LARGE`
 */
export function calledProcedures(c: Context<HttpEnvironment>): string[] {
  const path = trpcPath(c)
  if (path !== null) {
    const paths = c.req.query('batch') === '1' ? path.split(',') : [path]
    if (paths.length > MAX_BATCH) throw new PrebookError('BATCH_TOO_LARGE')
    return paths
  }
  const matched = new Set(matchedRoutes(c).map((route) => route.path))
  return restRoutes
    .filter((route) => route.method === c.req.method && matched.has(honoPath(route)))
    .map(({ procedure }) => procedure)
}
