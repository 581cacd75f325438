import { TRPCClientError } from '@trpc/client'
import { isReason, type Reason } from './reasons.ts'

/** What every failure has. */
type Details = {
  /** Seconds to wait before the next attempt, if waiting helps. */
  retryAfterSeconds: number | null
  /**
   * Identifies the request in the log of the server. Report it to the operator. Null if no response arrived, or an older
   * server sent none.
   */
  requestId: string | null
}

/** The details of a refusal. */
export type Refusal = Details & {
  reason: Reason
  /** The invalid input field. */
  field: string | null
  /** With `VALIDATION_ERROR`: every problem of the input. `path` is the field; `''` is the input as a whole. */
  issues: { path: string; message: string }[] | null
}

/** Why a call got no response from a Prebook server. */
type TransportFailure = 'unreachable' | 'timeout' | 'aborted' | 'not-prebook'

/**
 * The failure of a call, as returned by {@link explainError}. `message` is written for the user. It is a plain object, so
 * you can send it to another thread, process or component.
 *
 * - `refused`: the server refused the call for this reason.
 * - `unknown-reason`: the server refused the call for a reason that this version of the client does not know.
 * - `unreachable`, `timeout`, `aborted`: there was no response of the server. A mutation may have been executed.
 * - `not-prebook`: the URL is not a Prebook server.
 * - `unknown`: any other error, such as an error in your application.
 */
export type PrebookFailure =
  | ({ kind: 'refused'; message: string } & Refusal)
  | ({ kind: 'unknown-reason'; message: string; reason: string } & Details)
  | ({ kind: TransportFailure | 'unknown'; message: string } & Details)

/** The property by which every version and copy of this package recognises a failure. */
const BRAND = '@prebook/client'

/** How many causes of an error are searched for a failure. Causes can be circular. */
const MAX_CAUSES = 16

const kinds = { refused: 1, unreachable: 1, timeout: 1, aborted: 1, 'not-prebook': 1 }

/** The details as they arrived. `reason` is that of a refusal. */
type RawDetails = Partial<Omit<Refusal, 'reason'>> & { reason?: string }

/**
 * What is known about an error. It is the `cause` of each error of a client, with {@link BRAND} as another property. It is
 * a plain object, since `structuredClone` keeps nothing else of an error.
 */
type Known = { kind: keyof typeof kinds; message: string; data: RawDetails }

function brand(known: Known, origin: Error | undefined): Error {
  const cause = { [BRAND]: 1, name: origin?.name ?? 'PrebookFailure', ...known }
  // Not enumerable, so that it is not cloned: an error of other code can hold what cannot be cloned.
  return Object.defineProperty(cause, 'cause', { value: origin })
}

/**
 * Creates the error of a call without a response.
 *
 * @param origin what happened
 * @param details what is known besides; `message` is that of the error by default
 */
export function markTransportFailure(
  kind: TransportFailure,
  origin: Error,
  { message = origin.message, retryAfterSeconds = null, requestId = null }: Partial<Details & Known> = {},
): Error {
  const data = { retryAfterSeconds, requestId }
  return new TRPCClientError(message, { cause: brand({ kind, message, data }, origin) })
}

/** Adds what {@link explainError} recognises to a refusal. Other errors are returned as they are. */
export function markRefusal<E extends Error>(error: E): E {
  const { data } = error as { data?: unknown }
  if (isRefusalData(data) && error.cause === undefined)
    error.cause = brand({ kind: 'refused', message: error.message, data }, undefined)
  return error
}

/** What is known about a caught value, or the nearest of its causes about which something is known. */
function recognise(error: unknown): Known | undefined {
  try {
    let current = error
    for (let depth = 0; depth <= MAX_CAUSES && isObject(current); depth += 1) {
      const known = knownOf(current)
      if (known) return known
      current = current['cause']
    }
  } catch {
    // A getter or proxy of other code.
  }
  return undefined
}

function knownOf(value: Record<string, unknown>): Known | undefined {
  const { kind, message, data, shape } = value
  if (typeof message === 'string' && typeof kind === 'string') {
    if (Object.hasOwn(kinds, kind)) {
      // The second is the result of `explainError`.
      if (BRAND in value && isObject(data)) return { kind: kind as Known['kind'], message, data }
      if (isExplained(value)) return { kind: kind as Known['kind'], message, data: value }
    } else if (kind === 'unknown-reason' && isExplained(value))
      return { kind: 'refused', message, data: value }
  }
  // The error of any copy of tRPC, also after `JSON.stringify`.
  if (!isRefusalData(data) || !('code' in data) || !('httpStatus' in data) || !('field' in data))
    return undefined
  const text = isObject(shape) ? shape['message'] : message
  return { kind: 'refused', message: typeof text === 'string' ? text : data.reason, data }
}

/** The kind of a failure without a response, and its message; undefined for any other error. */
export function transportFailureOf(error: unknown): { kind: TransportFailure; message: string } | undefined {
  const known = recognise(error)
  if (!known || known.kind === 'refused') return undefined
  return { kind: known.kind, message: known.message }
}

/** The details of a refusal, not validated except for the reason; undefined if the error is not a refusal. */
export function refusalOf(error: unknown): (RawDetails & { reason: string }) | undefined {
  const known = recognise(error)
  return known?.kind === 'refused' && isRefusalData(known.data) ? known.data : undefined
}

/**
 * Classifies a caught error as one of a closed set of failures, so that the compiler can check a `switch` for completeness. It
 * never throws. It recognises the errors of any copy and version of this package and of tRPC, also after `structuredClone`
 * or `JSON.stringify`, and as the `cause` of another error.
 *
 * @param error any caught value
 * @example
 * const failure = explainError(error)
 * if (failure.kind === 'refused' && failure.reason === 'PREBOOK_BOOK_IN_STOCK') console.log('Buy it now.')
 * else if (failure.kind === 'unreachable') console.log('Try again later.')
 * else console.log(failure.message)
 */
export function explainError(error: unknown): PrebookFailure {
  try {
    const known = recognise(error)
    if (known) return failureOf(known)
  } catch {
    // A getter or proxy of other code.
  }
  return { kind: 'unknown', message: messageOf(error), retryAfterSeconds: null, requestId: null }
}

/** The failure, without details that are not as the server sends them. */
function failureOf({ kind, message, data }: Known): PrebookFailure {
  const { retryAfterSeconds: delay, issues, ...others }: Record<string, unknown> = data
  const text = (name: string) => (typeof others[name] === 'string' ? others[name] : null)
  const retryAfterSeconds = typeof delay === 'number' && delay >= 0 && delay < Infinity ? delay : null
  const details = { message, retryAfterSeconds, requestId: text('requestId') }
  if (kind !== 'refused') return { kind, ...details }
  const reason = text('reason') ?? ''
  if (!isReason(reason)) return { kind: 'unknown-reason', reason, ...details }
  return {
    kind,
    reason,
    field: text('field'),
    issues: Array.isArray(issues) ? (issues as Refusal['issues']) : null,
    ...details,
  }
}

function messageOf(error: unknown): string {
  try {
    return isObject(error) && typeof error['message'] === 'string' ? error['message'] : String(error)
  } catch {
    return 'Unknown error'
  }
}

/** Whether a value has what every result of {@link explainError} has. */
function isExplained(value: Record<string, unknown>): boolean {
  return 'requestId' in value && 'retryAfterSeconds' in value
}

function isRefusalData(value: unknown): value is RawDetails & { reason: string } {
  return isObject(value) && typeof value['reason'] === 'string'
}

/** Whether properties can be read. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
