import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { PrebookError, reasons } from '@prebook/core'
import { errorShape } from '@prebook/server'
import type { HttpEnvironment } from './environment.ts'
import { requestLog } from './request-log.ts'

/** Answers with a refusal, in the words of the door that was knocked at. */
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
 * An error as the REST door shows it, its fields named in REST's words already. Only a fault of ours names the request, to
 * quote it to the operator.
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

/** Answers what nobody foresaw: logged in full, told as `INTERNAL_ERROR` and nothing else. */
export function refuseUnexpected(c: Context<HttpEnvironment>, error: unknown): Response {
  if (error instanceof PrebookError) return refuse(c, error)
  if (error instanceof HTTPException && error.status < 500)
    return refuse(c, new PrebookError('VALIDATION_ERROR'))
  // The client went away in the middle of its request: nobody's fault here, and nobody to tell.
  if (c.req.raw.signal.aborted) return refuse(c, new PrebookError('VALIDATION_ERROR', { cause: error }))
  requestLog(c).error({ err: error }, 'unexpected error')
  return refuse(c, new PrebookError('INTERNAL_ERROR', { cause: error }))
}
