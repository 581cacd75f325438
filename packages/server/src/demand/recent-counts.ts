/** How long a result is used again, in milliseconds. */
const FRESH_MS = 10_000

/** Results that are kept at most. */
const CAPACITY = 200

/** Results that later pages of a list use again. */
export type RecentCounts<Value> = {
  /** Computes a result, and keeps it. */
  compute(key: string, compute: () => Promise<Value>): Promise<Value>
  /** The result of the last seconds, or else a new one. */
  recent(key: string, compute: () => Promise<Value>): Promise<Value>
}

/**
 * Keeps results for some seconds. The joins of a waitlist are counted by reading all of it, which takes a second for a million readers:
 * too long for each of ten thousand pages.
 *
 * @param now the time, in milliseconds UTC
 */
export function createRecentCounts<Value>(now: () => number): RecentCounts<Value> {
  const kept = new Map<string, { at: number; value: Promise<Value> }>()
  const compute = (key: string, work: () => Promise<Value>) => {
    const value = work()
    kept.delete(key)
    kept.set(key, { at: now(), value })
    const [oldest] = kept.keys()
    if (kept.size > CAPACITY && oldest !== undefined) kept.delete(oldest)
    // A failure is not kept. It reaches the caller by the same promise.
    value.catch(() => kept.get(key)?.value === value && kept.delete(key))
    return value
  }
  return {
    compute,
    recent(key, work) {
      const found = kept.get(key)
      const isFresh = found !== undefined && Math.abs(now() - found.at) < FRESH_MS
      return isFresh ? found.value : compute(key, work)
    },
  }
}
