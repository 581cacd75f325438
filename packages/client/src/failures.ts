import { TRPCClientError } from '@trpc/client'
import { isReason, type Reason } from './reasons.ts'

/** The details of a refusal. */
export type Refusal = {
  reason: Reason
  /** The invalid input field. */
  field: string | null
  /** With `VALIDATION_ERROR`: every problem of the input. `path` is the field; `''` is the input as a whole. */
  issues: { path: string; message: string }[] | null
  /** Seconds to wait before the next attempt, if waiting helps. */
  retryAfterSeconds: number | null
  /** Identifies the request in the log of the server. Report it to the operator. Null from an older server. */
  requestId: string | null
}

/** Why a call got no response from a Prebook server. */
type TransportFailure = 'unreachable' | 'timeout' | 'aborted' | 'not-prebook'

/**
 * The failure of a call, as returned by {@link explainError}. `message` is written for the user.
 *
 * - `refused`: the server refused the call for this reason.
 * - `unknown-reason`: the server refused the call for a reason that this version of the client does not know.
 * - `unreachable`, `timeout`, `aborted`: there was no response. A mutation may have been executed.
 * - `not-prebook`: the URL is not a Prebook server.
 * - `unknown`: any other error, such as an error in your application.
 */
export type PrebookFailure =
  | ({ kind: 'refused'; message: string } & Refusal)
  | { kind: 'unknown-reason'; message: string; reason: string }
  | { kind: TransportFailure | 'unknown'; message: string }

// A map instead of a property, so that errors such as the `TypeError` of fetch stay unchanged.
const transportFailures = new WeakMap<Error, { kind: TransportFailure; message: string }>()

/** Records the kind of an error for {@link explainError}. */
export function markTransportFailure(kind: TransportFailure, error: Error, message = error.message): Error {
  transportFailures.set(error, { kind, message })
  return error
}

/** What {@link markTransportFailure} recorded about the cause of a caught error. */
export function transportFailureOf(error: unknown): { kind: TransportFailure; message: string } | undefined {
  return error instanceof TRPCClientError && error.cause ? transportFailures.get(error.cause) : undefined
}

/** The details of a refusal, not validated except for the reason; undefined if the error is not a refusal. */
export function refusalOf(
  error: unknown,
): (Partial<Omit<Refusal, 'reason'>> & { reason: string }) | undefined {
  const data: unknown = error instanceof TRPCClientError ? error.data : undefined
  return typeof (data as Partial<Refusal> | null | undefined)?.reason === 'string'
    ? (data as Refusal)
    : undefined
}

/**
 * Classifies a caught error as one of a closed set of failures, so that the compiler can check a `switch` for completeness. It
 * never throws.
 *
 * @param error any caught value
 * @example
 * const failure = explainError(error)
 * if (failure.kind === 'refused' && failure.reason === 'PREBOOK_BOOK_IN_STOCK') console.log('Buy it now.')
 * else if (failure.kind === 'unreachable') console.log('Try again later.')
 * else console.log(failure.message)
 */
export function explainError(error: unknown): PrebookFailure {
  const message = error instanceof Error ? error.message : String(error)
  const refusal = refusalOf(error)
  if (!refusal) return { kind: 'unknown', message, ...transportFailureOf(error) }
  const { reason, field = null, issues = null, retryAfterSeconds = null, requestId = null } = refusal
  if (!isReason(reason)) return { kind: 'unknown-reason', message, reason }
  return { kind: 'refused', message, reason, field, issues, retryAfterSeconds, requestId }
}
