import { bodyLimit } from 'hono/body-limit'
import { createMiddleware } from 'hono/factory'
import { PrebookError } from '@prebook/core'
import type { HttpEnvironment } from './environment.ts'
import { refuse } from './refuse.ts'

/** The largest body that is read, in bytes: a hundred books for the catalogue, each as long as it may be in any script. */
const MAX_BODY = 3_000_000

/**
 * Refuses bodies that are too large, whether they say so or not. One that says its length is judged by that alone: asking
 * for the body itself would make Hono's server build the whole `Request`, twice what everything else here costs.
 */
export function limitBody() {
  const measure = bodyLimit({
    maxSize: MAX_BODY,
    onError(c) {
      // The rest of the body is still under way on this connection: nothing can follow it.
      c.header('Connection', 'close')
      return refuse(c, new PrebookError('PAYLOAD_TOO_LARGE'))
    },
  })
  return createMiddleware<HttpEnvironment>((c, next) => {
    const length = Number(c.req.header('content-length') ?? 0)
    const known = c.req.header('transfer-encoding') === undefined && length <= MAX_BODY
    return known ? next() : measure(c, next)
  })
}
