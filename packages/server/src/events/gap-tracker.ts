/** Ids remembered after a gap that may still be filled. */
const MOST_AFTER_GAP = 1_000

/** A gap is permanent after this time, in milliseconds. A transaction that changes stock takes a fraction of it. */
const GAP_MS = 10_000

/**
 * Tracks which ids of an append-only table have been sent. An id is assigned at insert and becomes visible at commit. On
 * PostgreSQL, row 6 can be visible before row 5, and row 5 may never appear if it was rolled back. A single "sent up to"
 * position would lose rows. `floor` therefore stays before a gap until the gap is filled or times out, and the ids sent
 * after the gap are remembered.
 */
export class GapTracker {
  #floor: number
  readonly #after: Set<number>
  #gapSince: number | null = null
  readonly #now: () => number

  /**
   * @param start.floor ids up to this one count as sent
   * @param start.sent ids after the floor that count as sent
   * @param now a monotonic clock, in milliseconds
   */
  constructor(start: { floor: number; sent?: Iterable<number> }, now = () => performance.now()) {
    this.#floor = start.floor
    this.#after = new Set(start.sent)
    this.#now = now
    this.#advance()
  }

  /** Every id up to this one is settled. A reader that continues after it misses nothing. */
  get floor(): number {
    return this.#floor
  }

  /** Whether the id was sent or counts as sent. */
  has(id: number): boolean {
    return id <= this.#floor || this.#after.has(id)
  }

  /** Records an id that is about to be sent. */
  record(id: number): void {
    if (this.has(id)) return
    this.#after.add(id)
    this.#advance()
  }

  #advance(): void {
    const before = this.#floor
    for (;;) {
      while (this.#after.delete(this.#floor + 1)) this.#floor += 1
      if (this.#after.size === 0) break
      if (this.#floor !== before) this.#gapSince = null
      this.#gapSince ??= this.#now()
      if (this.#after.size <= MOST_AFTER_GAP && this.#now() - this.#gapSince < GAP_MS) return
      this.#floor = Math.min(...this.#after) - 1
      this.#gapSince = null
    }
    this.#gapSince = null
  }
}
