/** Visits many items periodically with a single timer, spread over the period. */
export type TimerWheel<Item> = {
  /**
   * Visits the item once per period from now on.
   *
   * @returns a function that removes the item
   */
  add(item: Item): () => void
}

/** Slots per period. */
const SLOTS = 32

/**
 * Creates a wheel. Its timer runs only while there are items, and does not keep the process alive.
 *
 * @param periodMs the time between two visits of an item, in milliseconds
 */
export function createTimerWheel<Item>(periodMs: number, visit: (item: Item) => void): TimerWheel<Item> {
  const slots = Array.from({ length: SLOTS }, () => new Set<Item>())
  let items = 0
  let current = 0
  let timer: NodeJS.Timeout | undefined

  function advance(): void {
    current = (current + 1) % SLOTS
    for (const item of slots[current] ?? []) visit(item)
  }

  return {
    add(item) {
      // A random slot spreads clients that reconnect together, such as after a restart, over the whole period.
      const slot = slots[Math.floor(Math.random() * SLOTS)] ?? new Set<Item>()
      slot.add(item)
      items += 1
      timer ??= setInterval(advance, periodMs / SLOTS).unref()
      return () => {
        if (!slot.delete(item)) return
        items -= 1
        if (items > 0) return
        clearInterval(timer)
        timer = undefined
      }
    },
  }
}
