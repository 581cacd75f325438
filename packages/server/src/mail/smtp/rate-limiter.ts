import type { DeliveryLane } from '@prebook/core'

/** Spaces events evenly, at a fixed rate per second. The lane `now` gets the next slot before any other. */
export type RateLimiter = {
  /** Whether {@link RateLimiter.take} would not have to wait. */
  isFree: () => boolean
  /** Waits for a slot and takes it. Resolves to false when aborted first. */
  take: (lane: DeliveryLane, abort: AbortSignal) => Promise<boolean>
}

/** @param perSecond slots per second */
export function createRateLimiter(perSecond: number): RateLimiter {
  const everyMs = 1_000 / perSecond
  const waiting: Record<DeliveryLane, (() => void)[]> = { now: [], bulk: [] }
  let nextAt = 0
  let timer: NodeJS.Timeout | undefined

  function serve(): void {
    clearTimeout(timer)
    while (nextAt <= performance.now()) {
      const first = waiting.now.shift() ?? waiting.bulk.shift()
      if (first === undefined) return
      nextAt = performance.now() + everyMs
      first()
    }
    if (waiting.now.length + waiting.bulk.length > 0)
      timer = setTimeout(serve, Math.max(0, nextAt - performance.now()))
  }

  return {
    isFree: () => nextAt <= performance.now() && waiting.now.length + waiting.bulk.length === 0,
    take(lane, abort) {
      const { promise, resolve } = Promise.withResolvers<boolean>()
      const queue = waiting[lane]
      const served = () => {
        abort.removeEventListener('abort', aborted)
        resolve(true)
      }
      const aborted = () => {
        queue.splice(queue.indexOf(served), 1)
        resolve(false)
      }
      if (abort.aborted) return Promise.resolve(false)
      abort.addEventListener('abort', aborted, { once: true })
      queue.push(served)
      serve()
      return promise
    },
  }
}
