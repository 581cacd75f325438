import type { Context } from 'hono'
import type { PrebookError } from '@prebook/core'
import type { HttpEnvironment } from './environment.ts'
import { requestLog } from './request-log.ts'

/**
 * Records the reason of a refusal for the request log. Bugs and a busy store are also logged with their cause: at the level
 * on which operators are alerted, unless clients brought it about.
 */
export function logRefusal(
  c: Context<HttpEnvironment>,
  error: PrebookError,
  procedure: string | undefined,
): void {
  c.set('reason', error.reason)
  if (error.reason === 'INTERNAL_ERROR')
    requestLog(c).error({ err: error.cause, procedure }, 'unexpected error')
  if (error.reason !== 'STORE_BUSY') return
  if (error.storeFailed) requestLog(c).error({ err: error.cause, procedure }, 'database failed')
  else requestLog(c).warn({ err: error.cause, procedure }, 'database busy')
}
