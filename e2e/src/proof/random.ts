/** A seeded random number generator. */
export type Random = {
  /** A number from 0 (inclusive) to `limit` (exclusive). */
  upTo(limit: number): number
  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number
  chance(probability: number): boolean
  pick<Item>(items: readonly Item[]): Item
  /** A separate generator, so that concurrent actors do not share one sequence. */
  fork(): Random
}

/** Mulberry32: small, and random enough for tests. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    upTo: (limit) => next() * limit,
    below: (limit) => Math.floor(next() * limit),
    chance: (probability) => next() < probability,
    pick(items) {
      const item = items[Math.floor(next() * items.length)]
      if (item === undefined) throw new RangeError('Cannot pick from an empty list.')
      return item
    },
    fork: () => randomFrom(Math.floor(next() * 2 ** 32)),
  }
}
