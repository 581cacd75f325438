import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { PrebookError, reasons } from '@prebook/core'
import { errorShape } from '@prebook/server'
import type { HttpEnvironment } from './environment.ts'
import { requestLog } from './request-log.ts'

/** Responds with an error, in the format of tRPC or REST according to the path. */
export function refuse(c: Context<HttpEnvironment>, error: PrebookError): Response {
  const { reason } = error
  c.set('reason', reason)
  if (error.retryAfterSeconds !== null) c.header('Retry-After', String(error.retryAfterSeconds))
  if (c.req.path.startsWith('/trpc/')) {
    const shape = errorShape(error, c.get('requestId'))
    return c.json({ error: shape }, shape.data.httpStatus as ContentfulStatusCode)
  }
  const status = reasons[reason].http
  if (status === 401) c.header('WWW-Authenticate', 'Bearer')
  return c.json(restErrorBody(error, c.get('requestId')), status)
}

/**
 * The body of a REST error. Field names must be in snake_case already. Only `INTERNAL_ERROR` includes the request id, so
 * that the caller can quote it to the operator.
 */
export function restErrorBody(error: PrebookError, requestId: string) {
  return {
    detail: error.message,
    code: error.reason,
    ...(error.field !== null && { field: error.field }),
    ...(error.issues !== null && { errors: error.issues }),
    ...(error.reason === 'INTERNAL_ERROR' && { request_id: requestId }),
  }
}

/** Handles an unexpected error: logs it in full and responds with `INTERNAL_ERROR` and no details. */
export function refuseUnexpected(c: Context<HttpEnvironment>, error: unknown): Response {
  if (error instanceof PrebookError) return refuse(c, error)
  if (error instanceof HTTPException && error.status < 500)
    return refuse(c, new PrebookError('VALIDATION_ERROR'))
  // The client disconnected during its request. This is not a server error, and no one reads the response.
  if (c.req.raw.signal.aborted) return refuse(c, new PrebookError('VALIDATION_ERROR', { cause: error }))
  requestLog(c).error({ err: error }, 'unexpected error')
  return refuse(c, new PrebookError('INTERNAL_ERROR', { cause: error }))
}
