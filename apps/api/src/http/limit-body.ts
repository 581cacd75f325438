import { bodyLimit } from 'hono/body-limit'
import { createMiddleware } from 'hono/factory'
import { PrebookError } from '@prebook/core'
import type { HttpEnvironment } from './environment.ts'
import { refuse } from './refuse.ts'

/** The largest request body, in bytes: an import of a hundred books, each of maximum length in any script. */
const MAX_BODY = 3_000_000

/**
 * Rejects bodies that are too large, with or without a declared length. A declared length decides alone: reading the body
 * here would make Hono's server build the whole `Request`, which costs twice as much as everything else in this file.
 */
export function limitBody() {
  const measure = bodyLimit({
    maxSize: MAX_BODY,
    onError(c) {
      // The rest of the body is still arriving on this connection, so no other request can follow.
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
