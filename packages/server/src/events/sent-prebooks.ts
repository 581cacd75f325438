import type { Prebook } from '@prebook/core'

/** How many cancelled prebooks are remembered; of more than twice as many the older half is forgotten. */
const REMEMBERED = 500

/** A prebook moves in this direction only, so a state that comes late is known by its rank. */
const RANK = { waiting: 0, notified: 1, cancelled: 2 } as const

/**
 * What one connection was told already. It holds every prebook that can still change, and the newest of those that cannot:
 * what it costs is bounded by what somebody waits for, not by what they ever cancelled.
 */
export class SentPrebooks {
  readonly #ranks = new Map<number, number>()
  #cancelled = 0
  #forgottenTo = 0

  /** Cancelled prebooks with ids up to this one were told and are forgotten. */
  get forgottenTo(): number {
    return this.#forgottenTo
  }

  /**
   * Notes a state that is about to be told.
   *
   * @returns false when this, or something newer, was told already
   */
  note({ id, status }: Prebook): boolean {
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
