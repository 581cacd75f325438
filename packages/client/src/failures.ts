import { TRPCClientError } from '@trpc/client'
import { isReason, type Reason } from './reasons.ts'

/** What the server says of a refusal beside its message. */
export type Refusal = {
  reason: Reason
  /** The input field at fault. */
  field: string | null
  /** Everything wrong with the input, with `VALIDATION_ERROR`: where (`''` is the input as a whole) and what. */
  issues: { path: string; message: string }[] | null
  /** Seconds to wait before the next try, when waiting helps. */
  retryAfterSeconds: number | null
  /** What to quote to the operator, with `INTERNAL_ERROR`. */
  requestId: string | null
}

/** What kept a call from being answered by a Prebook server. */
type NoAnswer = 'unreachable' | 'timeout' | 'aborted' | 'not-prebook'

/**
 * What went wrong with a call, as {@link explainError} tells it; `message` is for a person.
 *
 * - `refused`: the server said no, for this reason.
 * - `unknown-reason`: it said no for a reason that this version of the client does not know.
 * - `unreachable`, `timeout`, `aborted`: no answer came. Whether a mutation was carried out is not known.
 * - `not-prebook`: something else answers at this address.
 * - `unknown`: anything else, such as an error of the application itself.
 */
export type PrebookFailure =
  | ({ kind: 'refused'; message: string } & Refusal)
  | { kind: 'unknown-reason'; message: string; reason: string }
  | { kind: NoAnswer | 'unknown'; message: string }

// Kept beside the errors, not on them: they stay what they were, such as the `TypeError` of fetch with its cause.
const noAnswers = new WeakMap<Error, { kind: NoAnswer; message: string }>()

/** Notes what an error means, for {@link explainError} to tell. */
export function noAnswer(kind: NoAnswer, error: Error, message = error.message): Error {
  noAnswers.set(error, { kind, message })
  return error
}

/** What {@link noAnswer} noted of the cause of what a call threw. */
export function noAnswerOf(error: unknown): { kind: NoAnswer; message: string } | undefined {
  return error instanceof TRPCClientError && error.cause ? noAnswers.get(error.cause) : undefined
}

/** What the server said of a refusal, taken on trust but for its reason; undefined for anything that is none. */
export function refusalOf(
  error: unknown,
): (Partial<Omit<Refusal, 'reason'>> & { reason: string }) | undefined {
  const data: unknown = error instanceof TRPCClientError ? error.data : undefined
  return typeof (data as Partial<Refusal> | null | undefined)?.reason === 'string'
    ? (data as Refusal)
    : undefined
}

/**
 * Turns whatever was thrown into one of a closed set of failures, for a `switch` that the compiler checks for completeness.
 * It never throws.
 *
 * @param error anything that was caught
 * @example
 * const failure = explainError(error)
 * if (failure.kind === 'refused' && failure.reason === 'PREBOOK_BOOK_IN_STOCK') console.log('Buy it now.')
 * else if (failure.kind === 'unreachable') console.log('Try again later.')
 * else console.log(failure.message)
 */
export function explainError(error: unknown): PrebookFailure {
  const message = error instanceof Error ? error.message : String(error)
  const refusal = refusalOf(error)
  if (!refusal) return { kind: 'unknown', message, ...noAnswerOf(error) }
  const { reason, field = null, issues = null, retryAfterSeconds = null, requestId = null } = refusal
  if (!isReason(reason)) return { kind: 'unknown-reason', message, reason }
  return { kind: 'refused', message, reason, field, issues, retryAfterSeconds, requestId }
}
