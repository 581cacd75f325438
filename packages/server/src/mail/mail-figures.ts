import { countBacklog, type DeliveryOutcome, type Store } from '@prebook/db'

/**
 * How sending stands. Counts are of this process since it started. What waits is of the database, and null while that does
 * not say.
 */
export type MailFigures = {
  sent: number
  failed: number
  skipped: number
  held: number
  /** Tries that failed for now. */
  retried: number
  /** Deliveries that another process took over from this one. */
  lost: number
  /** Deliveries that wait to be sent or are being sent, counted to {@link MOST_BACKLOG}. */
  backlog: number | null
  /** Milliseconds since the oldest of them was put in line; 0 without any. */
  oldestPendingMs: number | null
  /** Broadcasts whose deliveries are still being written. */
  undispatchedWaitlists: number | null
  /** Whether the mail server took the last thing that was tried; null without one. */
  serverReachable: boolean | null
}

/** What is counted while deliveries come and go. */
export type MailCounters = Pick<MailFigures, 'sent' | 'failed' | 'skipped' | 'held' | 'retried' | 'lost'>

/** The most of the backlog that is counted: more is no other news. */
export const MOST_BACKLOG = 1_000_000

/** How long a count of the backlog is good for, in milliseconds: it costs a look at each delivery in it. */
const COUNT_GOOD_FOR_MS = 10_000

/** How long a count is waited for, in milliseconds: whoever scrapes metrics gives up after ten seconds. */
const COUNT_WAIT_MS = 5_000

/** Makes counters, all at zero. */
export function createMailCounters(): MailCounters {
  return { sent: 0, failed: 0, skipped: 0, held: 0, retried: 0, lost: 0 }
}

/** Adds one outcome. What went back in line untried counts for nothing. */
export function countOutcome(counters: MailCounters, outcome: DeliveryOutcome): void {
  if (outcome.state !== 'pending') counters[outcome.state] += 1
  else if (outcome.error !== null) counters.retried += 1
}

/** Tells the figures, counting the backlog no more often than needed. What they tell never fails. */
export function createMailFigures(options: {
  store: Store
  now: () => number
  counters: MailCounters
  serverReachable: () => boolean | null
}): () => Promise<MailFigures> {
  let counted: { at: number; backlog: ReturnType<typeof countBacklog> } | undefined
  return async () => {
    if (counted === undefined || performance.now() - counted.at > COUNT_GOOD_FOR_MS) {
      const backlog = countBacklog(options.store, MOST_BACKLOG)
      counted = { at: performance.now(), backlog }
      backlog.catch(() => (counted = undefined))
    }
    const backlog = await orNull(counted.backlog, COUNT_WAIT_MS)
    const serverReachable = options.serverReachable()
    if (backlog === null) return { ...options.counters, ...nothingKnown, serverReachable }
    const { deliveries, oldestQueuedAt, undispatchedWaitlists } = backlog
    return {
      ...options.counters,
      backlog: deliveries,
      oldestPendingMs: oldestQueuedAt === null ? 0 : Math.max(0, options.now() - oldestQueuedAt),
      undispatchedWaitlists,
      serverReachable,
    }
  }
}

const nothingKnown = { backlog: null, oldestPendingMs: null, undispatchedWaitlists: null }

/** What comes of it, or null when it fails or takes longer. */
async function orNull<T>(work: Promise<T>, waitMs: number): Promise<T | null> {
  const late = Promise.withResolvers<null>()
  const timer = setTimeout(() => late.resolve(null), waitMs)
  try {
    return await Promise.race([work, late.promise])
  } catch {
    return null
  } finally {
    clearTimeout(timer)
  }
}
