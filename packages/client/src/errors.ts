import { TRPCClientError } from '@trpc/client'
import type { Reason } from '@prebook/core'
import type { AppRouter } from '@prebook/server/router'

/** A refusal by the server: `error.data.reason` says which, `error.message` says it to a person. */
export type PrebookClientError<R extends Reason = Reason> = TRPCClientError<AppRouter> & {
  data: NonNullable<TRPCClientError<AppRouter>['data']> & { reason: R }
}

/**
 * Whether something thrown is a refusal by the server, for the given reason if one is given. A server that could not be
 * reached, or that is not Prebook, is none.
 *
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
  if (!(error instanceof TRPCClientError)) return false
  const data: unknown = error.data
  if (typeof data !== 'object' || data === null || !('reason' in data)) return false
  return reason === undefined ? typeof data.reason === 'string' : data.reason === reason
}
