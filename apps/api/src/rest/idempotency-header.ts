import type { Context } from 'hono'
import { PrebookError } from '@prebook/core'
import { IDEMPOTENCY_HEADER, idempotencyKeyUse, parseIdempotencyHeader } from '@prebook/server'
import type { HttpEnvironment } from '../http/environment.ts'
import type { RestRoute } from './route.ts'

/** On a response to a request that was answered before, under the same key. */
export const REPLAYED_HEADER = 'Idempotency-Replayed'

/** Whether requests of a route may have a key. Other methods than these are safe to repeat without one. */
export function mayHaveKey({ method }: Pick<RestRoute, 'method'>): boolean {
  return method === 'POST' || method === 'PATCH'
}

/**
 * The `Idempotency-Key` of a request, or null. A key is never ignored: a route that cannot honour it refuses it.
 *
 * @throws PrebookError `IDEMPOTENCY_KEY_REFUSED`, `VALIDATION_ERROR`, each with the name of the header
 */
export function readIdempotencyKey(c: Context<HttpEnvironment>, route: RestRoute): string | null {
  const value = c.req.header(IDEMPOTENCY_HEADER)
  if (value === undefined || !mayHaveKey(route)) return null
  if (idempotencyKeyUse(route.procedure) === undefined)
    throw new PrebookError('IDEMPOTENCY_KEY_REFUSED', { field: IDEMPOTENCY_HEADER })
  return parseIdempotencyHeader(value)
}
