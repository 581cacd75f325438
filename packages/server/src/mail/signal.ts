/** Wakes up whoever waits. A ring that nobody heard is not lost: the next wait ends at once. */
export type Signal = {
  notify: () => void
  /** Until the next ring, or so many milliseconds. */
  wait: (ms: number) => Promise<void>
}

/** Makes a bell for one who waits. */
export function createSignal(): Signal {
  let rung = false
  let wake: (() => void) | undefined
  return {
    notify() {
      rung = true
      wake?.()
    },
    async wait(ms) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      wake = undefined
      rung = false
    },
  }
}
