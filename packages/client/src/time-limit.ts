import { markTransportFailure } from './failures.ts'

/** The maximum delay of a timer, in milliseconds. A timer with a longer delay fires immediately. */
export const MAX_TIMER_MS = 2 ** 31 - 1

/**
 * Waits for a promise, at most until a time limit or the abort of a signal.
 *
 * @param limit.ms in milliseconds; more than a timer can wait, such as `Infinity`, is no limit
 * @param limit.error the error with which it fails at the time limit
 */
export function within<T>(
  promise: Promise<T>,
  limit: { ms: number; signal: AbortSignal; error: () => Error },
): Promise<T> {
  const { ms, signal, error } = limit
  return new Promise((resolve, reject) => {
    const onAbort = () => settle(() => reject(signal.reason as Error))
    const timer = ms <= MAX_TIMER_MS ? setTimeout(() => settle(() => reject(error())), ms) : undefined
    const settle = (how: () => void) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      how()
    }
    promise.then(
      (value) => settle(() => resolve(value)),
      (reason: Error) => settle(() => reject(reason)),
    )
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort)
  })
}

/** Waits, at most until the signal aborts. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  const forever = new Promise<never>(() => {})
  await within(forever, { ms, signal, error: () => new Error('The time is over.') }).catch(() => {})
}

/** The error of a call that ran into its time limit, in milliseconds. */
export function timeoutError(ms: number): Error {
  return markTransportFailure('timeout', new DOMException(`No response within ${ms} ms.`, 'TimeoutError'))
}

/** The error of a call that its `signal` ended. */
export function abortedError(): Error {
  return markTransportFailure('aborted', new DOMException('The call was aborted.', 'AbortError'))
}
