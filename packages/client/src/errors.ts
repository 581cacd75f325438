import type { TRPCClientError } from '@trpc/client'
import { isObject, refusalOf } from './failures.ts'
import type { Reason } from './reasons.ts'
import type { PrebookRouter } from './router.ts'

/** A refusal by the server. `error.data.reason` is the reason; `error.message` is a message for the user. */
export type PrebookClientError<R extends Reason = Reason> = Error & {
  data: NonNullable<TRPCClientError<PrebookRouter>['data']> & { reason: R }
}

/**
 * Whether a caught error is a refusal by the server, optionally for one reason. For other errors, such as an unreachable
 * server, use {@link explainError}, which recognises the same errors. If the refusal is the `cause` of the error, or the error
 * was cloned, its missing `data` is added. A frozen one cannot get it: then the result is false.
 *
 * @param error any caught value
 * @param reason the reason to check for. Default: any reason
 * @example
 * try {
 *   await client.prebooks.create.mutate({ bookId: 1 })
 * } catch (error) {
 *   if (isPrebookError(error, 'PREBOOK_DUPLICATE')) console.log('Already pre-booked.')
 *   else throw error
 * }
 */
export function isPrebookError<R extends Reason = Reason>(
  error: unknown,
  reason?: R,
): error is PrebookClientError<R> {
  const refusal = refusalOf(error)
  if (refusal === undefined || !isObject(error)) return false
  if (reason !== undefined && refusal.reason !== reason) return false
  try {
    const { data } = error
    if (data === undefined || data === null)
      return Reflect.defineProperty(error, 'data', {
        value: { ...refusal },
        configurable: true,
        writable: true,
      })
    // Other data of the application would not have a reason, although the type says so.
    return isObject(data) && data['reason'] === refusal.reason
  } catch {
    // A getter or proxy of other code.
    return false
  }
}
