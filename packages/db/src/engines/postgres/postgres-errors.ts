import { DatabaseError } from 'pg'
import { PrebookError } from '@prebook/core'
import { UniqueViolation } from '../../store.ts'
import { ReadOnlyServerError } from './server-client.ts'

/** The SQLSTATE of a server error, or null for any other error. */
export function sqlState(error: unknown): string | null {
  return error instanceof DatabaseError ? (error.code ?? null) : null
}

/** Whether a statement failed because another process changed the table after it was prepared. A retry succeeds. */
export function isStalePlan(error: unknown): boolean {
  return sqlState(error) === '0A000' && String(error).includes('cached plan')
}

/**
 * Whether a transaction failed for a transient reason: a conflict with another transaction (serialization_failure,
 * deadlock_detected) or a stale plan.
 */
export function isTransient(error: unknown): boolean {
  const state = sqlState(error)
  return state === '40001' || state === '40P01' || isStalePlan(error)
}

/**
 * Whether the failure of a statement or transaction of several requests may be due to one of them, so that the others can succeed: not when
 * the server or the connection is gone.
 */
export function isOfOneRequest(error: unknown): boolean {
  const state = sqlState(error)
  if (state === null) return false
  // Deadlock, a lock that was not released in time, a statement that took too long.
  return isTransient(error) || state === '55P03' || state === '57014' || !isUnavailable(error)
}

/**
 * Whether the server has certainly not committed, given the error of a commit: it answered, or the statement was not sent. If
 * the connection was lost before the answer, it may have.
 */
export function isRolledBack(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== null) return !/^(?:08|57P0)/.test(state)
  return error instanceof Error && error.message.includes('not queryable')
}

/**
 * The error of a write that may have been committed. It is not `STORE_BUSY`, after which clients repeat a change because nothing
 * was changed.
 */
export function outcomeUnknown(cause: unknown): PrebookError {
  const message =
    'The service lost its database, and cannot tell whether the change was saved. Check before you repeat it.'
  return new PrebookError('INTERNAL_ERROR', { message, cause })
}

/** Whether the server did not answer a statement in time. */
export function isReadTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout'
}

/** SQLSTATE classes and states for "not now": the server is down, stopping, full or read-only, or a lock is held. */
const notNow = /^(?:08|53|57P0|55P03|57014|25006|25P0[34]|40001|40P01)/

/** Error codes of Node and messages of `pg` and `pg-pool` for a lost connection. */
const lostConnection =
  /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|Query read timeout/

/** Translates an error of PostgreSQL to the errors that all engines share. Other errors are returned unchanged. */
export function translatePostgresError(error: unknown): unknown {
  const state = sqlState(error)
  if (state === '23505') return new UniqueViolation(String(error), { cause: error })
  if (isUnavailable(error)) {
    const storeFailed = !isBroughtAboutByClients(error)
    return new PrebookError('STORE_BUSY', { cause: error, retryAfterSeconds: 1, storeFailed })
  }
  return error
}

/**
 * Whether too many requests at once, or their locks on each other, are the reason of an error: a lock timeout, a statement
 * over its limit, a conflict between transactions, or no free connection in the pool.
 */
function isBroughtAboutByClients(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== null) return /^(?:55P03|57014|40001|40P01)$/.test(state)
  return error instanceof Error && error.message.includes('timeout exceeded when trying to connect')
}

/** Whether the server is temporarily unavailable. */
export function isUnavailable(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== null) return notNow.test(state)
  if (error instanceof AggregateError) return error.errors.some(isUnavailable)
  if (error instanceof ReadOnlyServerError) return true
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return lostConnection.test(`${code} ${error.message}`)
}
