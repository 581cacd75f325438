import { DeliveryLane, retention, SETTLED_STATES } from '@prebook/core'
import {
  clearInBatches,
  closeExpiredLinks,
  deleteExpiredWishes,
  deleteKeptAnswers,
  deleteSettledDeliveries,
  deleteStockRequests,
  type Tx,
} from '@prebook/db'
import type { Services } from '../services.ts'

const DAY_MS = 86_400_000

/** What is kept for a limited time. */
export type RetainedRows =
  | 'sessions'
  | 'throttle counts'
  | 'used wishes'
  | 'account links'
  | 'stock requests'
  | 'kept answers'
  | 'deliveries'

/**
 * Deletes what is past its retention, in batches, so that other writes can run in between. When it is stopped or fails, the
 * next call continues. Mailed links stay as rows without content: the next one needs the generation of the one before.
 *
 * @param options.deliveryDays how long e-mails are kept that were sent, skipped or failed, from when the last attempt was due
 * @param options.signal stops after the current batch
 * @param options.deleted called with the number of rows of a kind, if there were any
 */
export async function applyRetention(
  { store, sessions, throttles, now }: Services,
  options: {
    deliveryDays: number
    signal?: AbortSignal
    deleted: (what: RetainedRows, rows: number) => void
  },
): Promise<void> {
  const { signal } = options
  const daysAgo = (days: number) => now() - days * DAY_MS
  const clear = (clearSome: (tx: Tx) => Promise<number>) => clearInBatches(store, clearSome, { signal })
  const deliveries = async () => {
    const dueBy = daysAgo(options.deliveryDays)
    let rows = 0
    for (const lane of DeliveryLane.options)
      for (const state of SETTLED_STATES)
        rows += await clear((tx) => deleteSettledDeliveries(tx, { lane, state, dueBy }))
    return rows
  }
  const kinds: [RetainedRows, () => Promise<number>][] = [
    ['sessions', () => sessions.sweep(signal)],
    ['throttle counts', () => throttles.sweep(signal)],
    ['used wishes', () => clear((tx) => deleteExpiredWishes(tx, now()))],
    ['account links', () => clear((tx) => closeExpiredLinks(tx, daysAgo(retention.expiredLinks)))],
    ['stock requests', () => clear((tx) => deleteStockRequests(tx, daysAgo(retention.stockRequests)))],
    ['kept answers', () => clear((tx) => deleteKeptAnswers(tx, daysAgo(retention.keptAnswers)))],
    ['deliveries', deliveries],
  ]
  for (const [what, clearAll] of kinds) {
    const rows = await clearAll()
    if (rows > 0) options.deleted(what, rows)
  }
}
