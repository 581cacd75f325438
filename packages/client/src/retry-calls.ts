import type { Operation, TRPCLink } from '@trpc/client'
import { observable, type Unsubscribable } from '@trpc/server/observable'
import { explainError, type PrebookFailure } from './failures.ts'
import { runQuietly, type Hooks, type RetryEvent } from './hooks.ts'
import { isRepeatable } from './idempotency-keys.ts'
import type { PrebookRouter } from './router.ts'
import { MAX_TIMER_MS } from './time-limit.ts'

/** Decides whether a call that can be repeated safely is repeated. */
export type RetryFunction = (retry: RetryEvent) => boolean

/** The default number of retries. */
const RETRIES = 2
/** The most that is added to the wait that the server requests. It doubles with each attempt. */
const DELAY_MS = { first: 200, max: 5_000 }

/**
 * Repeats calls that failed temporarily. After `RATE_LIMITED` and `STORE_BUSY`, that is any call, since the server changed
 * nothing. If the server is unreachable, the call may have been executed, so only what can be executed twice is repeated. The
 * client waits as long as the server requests, unless the time limit of the call would pass.
 */
export function retryCalls(options: {
  retries: number | RetryFunction | undefined
  timeoutMs: number
  onRetry: Hooks['onRetry']
}): TRPCLink<PrebookRouter> {
  const { retries = RETRIES, timeoutMs, onRetry } = options
  if (typeof retries === 'number' ? !(retries >= 0) : typeof retries !== 'function')
    throw new TypeError('createClient: retries must be a number from 0, or a function.')
  const permits = typeof retries === 'function' ? retries : ({ attempt }: RetryEvent) => attempt <= retries
  const wait = createAlarm()
  return () =>
    ({ op, next }) => {
      const { type, path: procedure } = op
      if (type === 'subscription') return next(op)
      return observable((observer) => {
        const deadline = performance.now() + timeoutMs
        let request: Unsubscribable | undefined
        let stopWaiting = () => {}
        let ended = false
        const send = (attempt: number) => {
          request = next(op).subscribe({
            next: (envelope) => observer.next(envelope),
            complete: () => observer.complete(),
            error(error) {
              // A request that was aborted by the unsubscription still fails.
              if (ended) return
              const failure = explainError(error)
              const retry: RetryEvent = { procedure, type, attempt, failure }
              const delay = delayBefore(attempt, op, failure)
              if (!delay || performance.now() + delay.max >= deadline || !permitted(permits, retry))
                return observer.error(error)
              const { delayMs, cancel } = wait(delay, () => send(attempt + 1))
              stopWaiting = cancel
              void runQuietly('onRetry', () => onRetry?.({ ...retry, delayMs }))
            },
          })
        }
        send(1)
        return () => {
          ended = true
          stopWaiting()
          request?.unsubscribe()
        }
      })
    }
}

/** The application's decision. If its function throws, the answer of the server is what counts. */
function permitted(permits: RetryFunction, retry: RetryEvent): boolean {
  let permit: unknown = false
  void runQuietly('retries', () => (permit = permits(retry)))
  // A function that is asynchronous by mistake returns a promise, which permits nothing.
  return permit === true
}

type Delay = { min: number; max: number }

/** The delay before a retry, in milliseconds; null if the call must not be repeated. */
function delayBefore(attempt: number, op: Operation, failure: PrebookFailure): Delay | null {
  const changedNothing = failure.kind === 'refused' && /^(RATE_LIMITED|STORE_BUSY)$/.test(failure.reason)
  if (!changedNothing && !(failure.kind === 'unreachable' && isRepeatable(op))) return null
  const requested = (failure.retryAfterSeconds ?? 0) * 1_000
  const backoff = Math.min(DELAY_MS.first * 2 ** (attempt - 1), DELAY_MS.max)
  // Jitter, so that clients that failed together do not retry together.
  const delay = { min: requested + backoff / 2, max: requested + backoff }
  return delay.max <= MAX_TIMER_MS ? delay : null
}

/**
 * Creates a function that wakes callers after a random delay in a range. Those whose ranges overlap are woken together, so that
 * calls that shared a request share the next one, too.
 */
function createAlarm() {
  type Alarm = { at: number; timer: ReturnType<typeof setTimeout>; sleepers: Set<() => void> }
  const alarms = new Set<Alarm>()

  const start = (at: number, delayMs: number): Alarm => {
    const sleepers = new Set<() => void>()
    const timer = setTimeout(() => {
      alarms.delete(alarm)
      for (const wake of sleepers) wake()
    }, delayMs)
    const alarm = { at, timer, sleepers }
    alarms.add(alarm)
    return alarm
  }
  return ({ min, max }: Delay, wake: () => void): { delayMs: number; cancel: () => void } => {
    const now = performance.now()
    // Not quite the minimum, so that callers a moment later can join.
    const delayMs = max - Math.random() * (max - min) * 0.8
    const common = [...alarms].find(({ at }) => at >= now + min && at <= now + max)
    const alarm = common ?? start(now + delayMs, delayMs)
    const { at, timer, sleepers } = alarm
    sleepers.add(wake)
    const cancel = () => {
      sleepers.delete(wake)
      if (sleepers.size > 0) return
      clearTimeout(timer)
      alarms.delete(alarm)
    }
    return { delayMs: Math.round(at - now), cancel }
  }
}
