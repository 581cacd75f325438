import { TRPCClientError, type TRPCLink } from '@trpc/client'
import { observable } from '@trpc/server/observable'
import { noAnswer } from './failures.ts'
import type { PrebookRouter } from './router.ts'

/** The longest that a timer waits; a longer one would go off at once. */
const LONGEST_TIMER = 2 ** 31 - 1

/**
 * Ends a call when its time is up or its `signal` says so, whatever happens to the request that it travels in: tRPC itself
 * aborts a batch only when every call in it was aborted. A stream has no end to wait for, so it has no deadline.
 */
export function deadlineLink(timeoutMs: number): TRPCLink<PrebookRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        const { signal } = op
        const end = (kind: 'timeout' | 'aborted', error: Error) =>
          observer.error(TRPCClientError.from(noAnswer(kind, error)))
        const abort = () => end('aborted', new DOMException('The call was aborted.', 'AbortError'))
        if (signal?.aborted) return abort()
        const late = () =>
          end('timeout', new DOMException(`No answer came within ${timeoutMs} ms.`, 'TimeoutError'))
        const timed = op.type !== 'subscription' && timeoutMs <= LONGEST_TIMER
        const timer = timed ? setTimeout(late, timeoutMs) : undefined
        signal?.addEventListener('abort', abort, { once: true })
        const call = next(op).subscribe(observer)
        return () => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', abort)
          call.unsubscribe()
        }
      })
}
