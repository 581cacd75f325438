import type { Context } from 'hono'
import type { PrebookError } from '@prebook/core'
import type { HttpEnvironment } from './environment.ts'
import { requestLog } from './request-log.ts'

/** Notes in the log why a call was refused; in full only what is our fault or the store's. */
export function logRefusal(
  c: Context<HttpEnvironment>,
  error: PrebookError,
  procedure: string | undefined,
): void {
  c.set('reason', error.reason)
  if (error.reason === 'INTERNAL_ERROR')
    requestLog(c).error({ err: error.cause, procedure }, 'unexpected error')
  if (error.reason === 'STORE_BUSY') requestLog(c).warn({ err: error.cause, procedure }, 'the store was busy')
}
