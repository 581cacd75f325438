import type { TRPCClientError } from '@trpc/client'
import { refusalOf } from './failures.ts'
import type { Reason } from './reasons.ts'
import type { PrebookRouter } from './router.ts'

/** A refusal by the server: `error.data.reason` says which, `error.message` says it to a person. */
export type PrebookClientError<R extends Reason = Reason> = TRPCClientError<PrebookRouter> & {
  data: NonNullable<TRPCClientError<PrebookRouter>['data']> & { reason: R }
}

/**
 * Whether something thrown is a refusal by the server, for the given reason if one is given. A server that could not be
 * reached, or that is not Prebook, is none; {@link explainError} tells those apart.
 *
 * @param error anything that was caught
 * @param reason the reason to look for; any, when it is left out
 * @example
 * try {
 *   await client.prebooks.create.mutate({ bookId: 1 })
 * } catch (error) {
 *   if (isPrebookError(error, 'PREBOOK_DUPLICATE')) console.log('You wait for it already.')
 *   else throw error
 * }
 */
export function isPrebookError<R extends Reason = Reason>(
  error: unknown,
  reason?: R,
): error is PrebookClientError<R> {
  const refusal = refusalOf(error)
  return refusal !== undefined && (reason === undefined || refusal.reason === reason)
}
