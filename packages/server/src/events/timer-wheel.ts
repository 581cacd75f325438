/** Visits many things regularly with one timer, spread over the period so that they do not all come at once. */
export type TimerWheel<Item> = {
  /**
   * Visits the item from now on, once each period.
   *
   * @returns what ends it
   */
  add(item: Item): () => void
}

/** So many groups share a period. */
const SLOTS = 32

/**
 * Makes a wheel. It turns only while there is something to visit, and keeps no process alive.
 *
 * @param periodMs how often each item is visited, in milliseconds
 */
export function createTimerWheel<Item>(periodMs: number, visit: (item: Item) => void): TimerWheel<Item> {
  const slots = Array.from({ length: SLOTS }, () => new Set<Item>())
  let items = 0
  let turn = 0
  let timer: NodeJS.Timeout | undefined

  function advance(): void {
    turn = (turn + 1) % SLOTS
    for (const item of slots[turn] ?? []) visit(item)
  }

  return {
    add(item) {
      // By chance, not in turn: who comes at once, after a restart, is spread over the whole period.
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
