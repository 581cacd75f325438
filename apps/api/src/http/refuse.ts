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
  const problem = problemDetails(error, c.get('requestId'))
  if (problem.status === 401) c.header('WWW-Authenticate', 'Bearer')
  return c.body(JSON.stringify(problem), problem.status, { 'Content-Type': 'application/problem+json' })
}

/** The page that explains the reasons. */
export const ERRORS_PAGE = '/docs/errors'

/**
 * An error of REST as problem details (RFC 9457). `code`, `field` and `errors` are extensions of this API. Field names must
 * be in snake_case already.
 */
export function problemDetails(error: PrebookError, requestId: string) {
  const { reason, message, field, issues } = error
  const { http: status, message: title } = reasons[reason]
  return {
    type: `${ERRORS_PAGE}#${reason}`,
    title,
    status,
    detail: message,
    code: reason,
    ...(field !== null && { field }),
    ...(issues !== null && { errors: issues }),
    request_id: requestId,
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
