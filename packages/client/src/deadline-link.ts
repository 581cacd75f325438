import { TRPCClientError, type TRPCLink } from '@trpc/client'
import { observable } from '@trpc/server/observable'
import { markTransportFailure } from './failures.ts'
import type { PrebookRouter } from './router.ts'

/** The maximum delay of a timer, in milliseconds. A timer with a longer delay fires immediately. */
export const MAX_TIMER_MS = 2 ** 31 - 1

/**
 * Ends a call on its timeout or when its `signal` is aborted, independently of the request that carries it: tRPC aborts a
 * batch only if every call in it is aborted. Subscriptions have no timeout.
 */
export function deadlineLink(timeoutMs: number): TRPCLink<PrebookRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        const { signal } = op
        const fail = (kind: 'timeout' | 'aborted', error: Error) =>
          observer.error(TRPCClientError.from(markTransportFailure(kind, error)))
        const onAbort = () => fail('aborted', new DOMException('The call was aborted.', 'AbortError'))
        if (signal?.aborted) return onAbort()
        const onTimeout = () =>
          fail('timeout', new DOMException(`No response within ${timeoutMs} ms.`, 'TimeoutError'))
        const hasTimeout = op.type !== 'subscription' && timeoutMs <= MAX_TIMER_MS
        const timer = hasTimeout ? setTimeout(onTimeout, timeoutMs) : undefined
        signal?.addEventListener('abort', onAbort, { once: true })
        const call = next(op).subscribe(observer)
        return () => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', onAbort)
          call.unsubscribe()
        }
      })
}
