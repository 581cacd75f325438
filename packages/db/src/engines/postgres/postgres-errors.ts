import { DatabaseError } from 'pg'
import { PrebookError } from '@prebook/core'
import { UniqueViolation } from '../../store.ts'

/** The SQLSTATE of an error of the server, or null for any other error. */
export function sqlState(error: unknown): string | null {
  return error instanceof DatabaseError ? (error.code ?? null) : null
}

/** Whether a statement was prepared before another process changed the table: prepared anew, it works. */
export function isStalePlan(error: unknown): boolean {
  return sqlState(error) === '0A000' && String(error).includes('cached plan')
}

/**
 * Whether the server gave up a transaction for a reason that is gone when it runs again: it got in the way of another one
 * (serialization_failure, deadlock_detected), or a plan was stale.
 */
export function mayRunAgain(error: unknown): boolean {
  const state = sqlState(error)
  return state === '40001' || state === '40P01' || isStalePlan(error)
}

/** Whether the server did not answer a statement in the time it had. */
export function isReadTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout'
}

/** Classes and states of SQLSTATE that say "not now": the server is gone, going, full, or somebody holds a lock. */
const notNow = /^(?:08|53|57P0|55P03|57014|25P0[34]|40001|40P01)/

/** What Node and the driver say of a connection that is not there; the messages are those of `pg` and `pg-pool`. */
const lostConnection =
  /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|Query read timeout/

/** An error of PostgreSQL in the words that every engine shares; any other error as it is. */
export function translatePostgresError(error: unknown): unknown {
  const state = sqlState(error)
  if (state === '23505') return new UniqueViolation(String(error), { cause: error })
  if (isUnavailable(error)) return new PrebookError('STORE_BUSY', { cause: error, retryAfterSeconds: 1 })
  return error
}

/** Whether the server cannot be asked at the moment, and may be later. */
export function isUnavailable(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== null) return notNow.test(state)
  if (error instanceof AggregateError) return error.errors.some(isUnavailable)
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return lostConnection.test(`${code} ${error.message}`)
}
