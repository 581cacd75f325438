import { countBacklog, type DeliveryOutcome, type Store } from '@prebook/db'

/**
 * Mail metrics. Counters cover this process since its start. Backlog figures cover the whole database, and are null while
 * it cannot be read.
 */
export type MailFigures = {
  sent: number
  failed: number
  skipped: number
  held: number
  /** Failed tries that will be retried. */
  retried: number
  /** Deliveries that another process took over. */
  lost: number
  /** Deliveries that are pending or being sent, counted up to {@link MOST_BACKLOG}. */
  backlog: number | null
  /** Milliseconds since the oldest of them was queued; 0 without any. */
  oldestPendingMs: number | null
  /** Milliseconds since the oldest of those that somebody waits for was queued; 0 without any. */
  oldestUrgentMs: number | null
  /** Broadcasts whose deliveries are still being written. */
  undispatchedWaitlists: number | null
  /** Whether the mail server was available at the latest attempt; null without a mail server. */
  serverReachable: boolean | null
}

/** The counters among the figures. */
export type MailCounters = Pick<MailFigures, 'sent' | 'failed' | 'skipped' | 'held' | 'retried' | 'lost'>

/** The backlog is counted up to this number. */
export const MOST_BACKLOG = 1_000_000

/** How long a backlog count is cached, in milliseconds. Counting visits each delivery in the backlog. */
const COUNT_TTL_MS = 10_000

/** Timeout of the count, in milliseconds. Metrics scrapers give up after ten seconds. */
const COUNT_TIMEOUT_MS = 5_000

/** Creates counters, all at zero. */
export function createMailCounters(): MailCounters {
  return { sent: 0, failed: 0, skipped: 0, held: 0, retried: 0, lost: 0 }
}

/** Counts an outcome. A delivery that was requeued without a try is not counted. */
export function countOutcome(counters: MailCounters, outcome: DeliveryOutcome): void {
  if (outcome.state !== 'pending') counters[outcome.state] += 1
  else if (outcome.error !== null) counters.retried += 1
}

/** Creates a function that returns the figures, with a cached backlog count. It never rejects. */
export function createMailFigures(options: {
  store: Store
  now: () => number
  counters: MailCounters
  serverReachable: () => boolean | null
}): () => Promise<MailFigures> {
  let counted: { at: number; backlog: ReturnType<typeof countBacklog> } | undefined
  return async () => {
    if (counted === undefined || performance.now() - counted.at > COUNT_TTL_MS) {
      const backlog = countBacklog(options.store, MOST_BACKLOG)
      counted = { at: performance.now(), backlog }
      backlog.catch(() => (counted = undefined))
    }
    const backlog = await orNull(counted.backlog, COUNT_TIMEOUT_MS)
    const serverReachable = options.serverReachable()
    if (backlog === null) return { ...options.counters, ...unknownBacklog, serverReachable }
    const { deliveries, undispatchedWaitlists } = backlog
    const ageOf = (queuedAt: number | null) => (queuedAt === null ? 0 : Math.max(0, options.now() - queuedAt))
    return {
      ...options.counters,
      backlog: deliveries,
      oldestPendingMs: ageOf(backlog.oldestQueuedAt),
      oldestUrgentMs: ageOf(backlog.oldestUrgentQueuedAt),
      undispatchedWaitlists,
      serverReachable,
    }
  }
}

const unknownBacklog = {
  backlog: null,
  oldestPendingMs: null,
  oldestUrgentMs: null,
  undispatchedWaitlists: null,
}

/** The result of the work, or null when it fails or times out. */
async function orNull<T>(work: Promise<T>, timeoutMs: number): Promise<T | null> {
  const timeout = Promise.withResolvers<null>()
  const timer = setTimeout(() => timeout.resolve(null), timeoutMs)
  try {
    return await Promise.race([work, timeout.promise])
  } catch {
    return null
  } finally {
    clearTimeout(timer)
  }
}
