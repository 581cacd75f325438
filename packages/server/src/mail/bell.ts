/** Wakes up whoever waits. A ring that nobody heard is not lost: the next wait ends at once. */
export type Bell = {
  ring: () => void
  /** Until the next ring, or so many milliseconds. */
  wait: (ms: number) => Promise<void>
}

/** Makes a bell for one who waits. */
export function createBell(): Bell {
  let rung = false
  let wake: (() => void) | undefined
  return {
    ring() {
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
