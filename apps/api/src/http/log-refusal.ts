import type { Context } from 'hono'
import type { PrebookError } from '@prebook/core'
import type { Environment } from './environment.ts'

/** Notes in the log why a call was refused; in full only what is our fault or the store's. */
export function logRefusal(
  c: Context<Environment>,
  error: PrebookError,
  procedure: string | undefined,
): void {
  c.set('reason', error.reason)
  const log = c.get('log')
  if (error.reason === 'INTERNAL_ERROR') log.error({ err: error.cause, procedure }, 'unexpected error')
  if (error.reason === 'STORE_BUSY') log.warn({ err: error.cause, procedure }, 'the store was busy')
}
