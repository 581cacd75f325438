import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client'
import type { CallOutcome } from '@prebook/server'

/** Upper bounds in seconds: from a lookup in memory to what makes people leave. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Broadcasts whose answer may be given again, to a request that is repeated: so many are not counted twice. */
const REMEMBERED_BROADCASTS = 1_000

/** What one process counts about itself. Every label has a bounded set of values: names of ours, never of a caller's. */
export type Metrics = {
  registry: Registry
  /** A call of a procedure, through whichever door. */
  observeCall(call: CallOutcome): void
  /** A request, by the pattern of its route. */
  observeRequest(request: { method: string; route: string; status: number; seconds: number }): void
  /** What the database was asked: how long it took with all waiting, and whether it stayed busy. */
  observeStore(work: { kind: string; seconds: number; busy: boolean }): void
  /** The end of a stream: a reason of the error table, `left`, `stopped` or `cut-off`. */
  observeStreamEnd(procedure: string, how: string): void
}

/** Makes the metrics of a process. Gauges of its parts are added to the registry by those who know them. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const calls = new Counter({
    name: 'prebook_calls_total',
    help: 'Calls of procedures, through tRPC and REST, by outcome: ok, or the reason of the refusal.',
    labelNames: ['procedure', 'outcome'],
    registers,
  })
  const callSeconds = new Histogram({
    name: 'prebook_call_duration_seconds',
    help: 'How long calls of procedures took; of a stream, how long it took to open.',
    labelNames: ['procedure'],
    buckets: BUCKETS,
    registers,
  })
  const requestSeconds = new Histogram({
    name: 'prebook_http_request_duration_seconds',
    help: 'How long it took until the answer to a request began, by the pattern of its route.',
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
    help: 'Prebooks that became notified.',
    registers,
  })
  const storeSeconds = new Histogram({
    name: 'prebook_store_duration_seconds',
    help: 'How long the database took, with waiting for locks, connections and retries; book is a write that holds a book.',
    labelNames: ['kind'],
    buckets: BUCKETS,
    registers,
  })
  const storeBusy = new Counter({
    name: 'prebook_store_busy_total',
    help: 'Times that the database stayed locked, full or away for too long.',
    labelNames: ['kind'],
    registers,
  })
  const streamEnds = new Counter({
    name: 'prebook_streams_ended_total',
    help: 'Streams that ended: left by the reader, cut off because it did not read, stopped with the server, or refused.',
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
    observeStore({ kind, seconds, busy }) {
      storeSeconds.observe({ kind }, seconds)
      if (busy) storeBusy.inc({ kind })
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
