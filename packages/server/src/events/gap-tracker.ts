/** How many ids after a gap are remembered while the gap may still be filled. */
const MOST_AFTER_GAP = 1_000

/** After so long a gap is one for good, in milliseconds: a transaction that changes stock takes a fraction of it. */
const GAP_MS = 10_000

/**
 * Which ids of an append-only table were told already. Ids are given out when a row is inserted and seen when it is
 * committed: on PostgreSQL 6 can be there before 5, and 5 never come, if it was rolled back. So a single "told up to" would
 * lose rows. Here `floor` stays before a gap until it is filled or has lasted long, and what was told after it is known.
 */
export class GapTracker {
  #floor: number
  readonly #after: Set<number>
  #gapSince: number | null = null
  readonly #now: () => number

  /**
   * @param start.floor everything up to this id counts as told
   * @param start.told and these after it
   * @param now a clock that only goes forward, in milliseconds
   */
  constructor(start: { floor: number; told?: Iterable<number> }, now = () => performance.now()) {
    this.#floor = start.floor
    this.#after = new Set(start.told)
    this.#now = now
    this.#advance()
  }

  /** Everything up to this id is settled: whoever continues after it misses nothing. */
  get floor(): number {
    return this.#floor
  }

  /** Whether it was told, or counts as told. */
  has(id: number): boolean {
    return id <= this.#floor || this.#after.has(id)
  }

  /** Notes an id that is about to be told. */
  note(id: number): void {
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
