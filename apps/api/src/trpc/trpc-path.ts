import type { Context } from 'hono'
import type { HttpEnvironment } from '../http/environment.ts'

/** The largest batch: the number of calls in one request. The client uses the same limit. */
export const MAX_BATCH = 10

/** The path prefix of the procedures. */
const PREFIX = '/trpc/'

/** The part of a request's path that names procedures, or null if it is not a call through tRPC. */
export function trpcPath(c: Context<HttpEnvironment>): string | null {
  // tRPC accepts trailing slashes.
  return c.req.path.startsWith(PREFIX) ? c.req.path.slice(PREFIX.length).replace(/\/+$/, '') : null
}
