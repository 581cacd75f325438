import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client'
import type { CallOutcome } from '@prebook/server'

/** Histogram buckets, as upper bounds in seconds: from a lookup in memory to a wait that makes people leave. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** How many recent broadcasts are remembered, so that a repeated request does not count its broadcast twice. */
const REMEMBERED_BROADCASTS = 1_000

/** The metrics of one process. Label values come from a fixed set, never from input. */
export type Metrics = {
  registry: Registry
  /** A procedure call, through tRPC or REST. */
  observeCall(call: CallOutcome): void
  /** An HTTP request, by route pattern. */
  observeRequest(request: { method: string; route: string; status: number; seconds: number }): void
  /**
   * A database operation: its duration including all waits, whether it failed because the store stayed busy, and whether that was
   * not brought about by clients.
   */
  observeStore(work: { kind: string; seconds: number; busy: boolean; failed: boolean }): void
  /** The end of a stream: a reason of the error table, `left`, `stopped` or `cut-off`. */
  observeStreamEnd(procedure: string, how: string): void
}

/** Creates the metrics of a process. Other modules add their gauges to the registry. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const calls = new Counter({
    name: 'prebook_calls_total',
    help: 'Procedure calls through tRPC and REST, by outcome: ok or the error reason.',
    labelNames: ['procedure', 'outcome'],
    registers,
  })
  const callSeconds = new Histogram({
    name: 'prebook_call_duration_seconds',
    help: 'Duration of procedure calls. For streams: the time to open.',
    labelNames: ['procedure'],
    buckets: BUCKETS,
    registers,
  })
  const requestSeconds = new Histogram({
    name: 'prebook_http_request_duration_seconds',
    help: 'Time until the response began, by route pattern.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers,
  })
  const broadcasts = new Counter({
    name: 'prebook_broadcasts_total',
    help: 'Restocks that closed a waitlist.',
    registers,
  })
  const notified = new Counter({
    name: 'prebook_notified_total',
    help: 'Pre-bookings that became notified.',
    registers,
  })
  const storeSeconds = new Histogram({
    name: 'prebook_store_duration_seconds',
    help: 'Duration of database operations, including waits for locks, connections and retries. book: a write that locks a book.',
    labelNames: ['kind'],
    buckets: BUCKETS,
    registers,
  })
  const storeBusy = new Counter({
    name: 'prebook_store_busy_total',
    help: 'Database operations that failed because the database stayed locked, full or unreachable for too long.',
    labelNames: ['kind'],
    registers,
  })
  const storeFailures = new Counter({
    name: 'prebook_store_failures_total',
    help: 'Database operations that failed because of the database itself: its disk is full, read-only or broken, or its server is gone.',
    labelNames: ['kind'],
    registers,
  })
  const streamEnds = new Counter({
    name: 'prebook_streams_ended_total',
    help: 'Streams that ended. left: closed by the client; cut-off: the client did not read; stopped: the server stopped; otherwise the error reason.',
    labelNames: ['procedure', 'how'],
    registers,
  })
  const counted = new Set<number>()

  return {
    registry,
    observeCall({ procedure, outcome, ms, data }) {
      calls.inc({ procedure, outcome })
      callSeconds.observe({ procedure }, ms / 1_000)
      const broadcast = broadcastOf(procedure, data)
      if (broadcast === null || counted.has(broadcast.waitlistId)) return
      counted.add(broadcast.waitlistId)
      if (counted.size > REMEMBERED_BROADCASTS) counted.delete(counted.values().next().value as number)
      broadcasts.inc()
      notified.inc(broadcast.notified)
    },
    observeRequest({ method, route, status, seconds }) {
      requestSeconds.observe({ method, route, status }, seconds)
    },
    observeStore({ kind, seconds, busy, failed }) {
      storeSeconds.observe({ kind }, seconds)
      if (busy) storeBusy.inc({ kind })
      if (failed) storeFailures.inc({ kind })
    },
    observeStreamEnd(procedure, how) {
      streamEnds.inc({ procedure, how })
    },
  }
}

function broadcastOf(procedure: string, data: unknown): { waitlistId: number; notified: number } | null {
  if (procedure !== 'stock.set' && procedure !== 'stock.adjust') return null
  return (data as { broadcast?: { waitlistId: number; notified: number } | null } | null)?.broadcast ?? null
}
