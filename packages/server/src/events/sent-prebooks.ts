import type { Prebook } from '@prebook/core'

/** Cancelled prebooks to remember. Beyond twice this number, the oldest are forgotten. */
const REMEMBERED = 500

/** The status of a prebook only moves in this direction, so a lower rank is an outdated state. */
const RANK = { waiting: 0, notified: 1, cancelled: 2 } as const

/**
 * Tracks the prebook states sent on one connection. It keeps every prebook that can still change and the newest of those
 * that cannot, so memory depends on the live prebooks and not on all that were ever cancelled.
 */
export class SentPrebooks {
  readonly #ranks = new Map<number, number>()
  #cancelled = 0
  #forgottenTo = 0

  /** Cancelled prebooks with ids up to this one were sent and forgotten. */
  get forgottenTo(): number {
    return this.#forgottenTo
  }

  /**
   * Records a state that is about to be sent.
   *
   * @returns false when this or a newer state was already sent
   */
  record({ id, status }: Prebook): boolean {
    const known = this.#ranks.get(id)
    const rank = RANK[status]
    if (known === undefined ? rank === RANK.cancelled && id <= this.#forgottenTo : known >= rank) return false
    this.#ranks.set(id, rank)
    if (rank === RANK.cancelled) {
      this.#cancelled += 1
      if (this.#cancelled > 2 * REMEMBERED) this.#forget()
    }
    return true
  }

  #forget(): void {
    const cancelled = [...this.#ranks].filter(([, rank]) => rank === RANK.cancelled).map(([id]) => id)
    cancelled.sort((a, b) => a - b)
    const forgotten = cancelled.slice(0, -REMEMBERED)
    for (const id of forgotten) this.#ranks.delete(id)
    this.#cancelled -= forgotten.length
    this.#forgottenTo = Math.max(this.#forgottenTo, forgotten.at(-1) ?? 0)
  }
}
