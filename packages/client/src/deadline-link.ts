import { TRPCClientError, type TRPCLink } from '@trpc/client'
import { observable } from '@trpc/server/observable'
import type { PrebookRouter } from './router.ts'
import { abortedError, MAX_TIMER_MS, timeoutError } from './time-limit.ts'

/**
 * Ends a call on its timeout or when its `signal` is aborted, independently of the request that carries it: tRPC aborts a
 * batch only if every call in it is aborted.
 */
export function deadlineLink(timeoutMs: number): TRPCLink<PrebookRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        const { signal } = op
        const fail = (error: Error) => observer.error(TRPCClientError.from(error))
        const onAbort = () => fail(abortedError())
        if (signal?.aborted) return onAbort()
        const onTimeout = () => fail(timeoutError(timeoutMs))
        const timer = timeoutMs <= MAX_TIMER_MS ? setTimeout(onTimeout, timeoutMs) : undefined
        signal?.addEventListener('abort', onAbort, { once: true })
        const call = next(op).subscribe(observer)
        return () => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', onAbort)
          call.unsubscribe()
        }
      })
}
