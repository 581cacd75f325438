/** Wakes a waiting loop. A notification sent while nothing waits is remembered: the next wait returns immediately. */
export type Signal = {
  notify: () => void
  /** Resolves at the next notification, or after `ms` milliseconds. */
  wait: (ms: number) => Promise<void>
}

/** Creates a signal for a single waiter. */
export function createSignal(): Signal {
  let notified = false
  let wake: (() => void) | undefined
  return {
    notify() {
      notified = true
      wake?.()
    },
    async wait(ms) {
      if (!notified) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      wake = undefined
      notified = false
    },
  }
}
