import type { Prebook } from '@prebook/core'

/** Cancelled prebooks to remember. Beyond twice this number, the earliest cancellations are forgotten. */
const REMEMBERED = 500

/**
 * Tracks the prebook states sent on one connection. It keeps every prebook that can still change and the latest of those
 * that cannot, so memory depends on the live prebooks and not on all that were ever cancelled.
 */
export class SentPrebooks {
  /** What was sent of each: that it is notified, or when its book was expected while it was waiting. */
  readonly #live = new Map<number, { expectedOn: string | null } | 'notified'>()
  /** When each was cancelled. */
  readonly #cancelled = new Map<number, string>()

  /** The ids of the prebooks that were live when they were sent. */
  get live(): Iterable<number> {
    return this.#live.keys()
  }

  /** Whether a prebook was sent as cancelled, and not forgotten. */
  hasCancelled(id: number): boolean {
    return this.#cancelled.has(id)
  }

  /**
   * Records a state that is about to be sent.
   *
   * @returns false when this or a newer state was already sent
   */
  record({ id, status, cancelledAt, bookExpectedOn }: Prebook): boolean {
    if (this.#cancelled.has(id)) return false
    if (status === 'cancelled') {
      this.#live.delete(id)
      this.#cancelled.set(id, cancelledAt ?? '')
      if (this.#cancelled.size > 2 * REMEMBERED) this.#forget()
      return true
    }
    const known = this.#live.get(id)
    if (known === 'notified') return false
    if (status === 'notified') this.#live.set(id, status)
    else if (known?.expectedOn === bookExpectedOn) return false
    else this.#live.set(id, { expectedOn: bookExpectedOn })
    return true
  }

  #forget(): void {
    const earliestFirst = [...this.#cancelled].toSorted(([id, time], [otherId, otherTime]) =>
      time === otherTime ? id - otherId : time < otherTime ? -1 : 1,
    )
    for (const [id] of earliestFirst.slice(0, -REMEMBERED)) this.#cancelled.delete(id)
  }
}
