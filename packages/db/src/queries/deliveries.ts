import type { SkipReason } from '@prebook/core'
import { sql, type NotNull } from 'kysely'
import type { DeliveryRow, Reader, Tx } from '../database.ts'

/** A delivery that a worker has claimed until its lease expires. */
export type ClaimedRow = { id: number; attempts: number }

/**
 * Claims deliveries for sending: first those with an expired lease, then those that are due, longest due first. Two
 * claims never get the same delivery: the update checks the state again, so a concurrent second claim, also at READ
 * COMMITTED, skips the row.
 *
 * @param claim `token` is a fencing token: an outcome is recorded only with the token of the current claim
 */
export async function claimDeliveries(
  tx: Tx,
  claim: { limit: number; token: string; now: number; leaseMs: number },
): Promise<ClaimedRow[]> {
  const abandoned = await take(tx, claim, 'sending', 'lease_expires_at')
  const limit = claim.limit - abandoned.length
  if (limit === 0) return abandoned
  return [...abandoned, ...(await take(tx, { ...claim, limit }, 'pending', 'next_attempt_at'))]
}

async function take(
  tx: Tx,
  claim: { limit: number; token: string; now: number; leaseMs: number },
  state: 'pending' | 'sending',
  since: 'next_attempt_at' | 'lease_expires_at',
): Promise<ClaimedRow[]> {
  return tx
    .with(
      (cte) => cte('due').materialized(),
      (db) =>
        db
          .selectFrom('deliveries')
          .select('id')
          .where('state', '=', state)
          .where(since, '<=', claim.now)
          .orderBy(since)
          .limit(claim.limit),
    )
    .updateTable('deliveries')
    .set({
      state: 'sending',
      lease_token: claim.token,
      lease_expires_at: claim.now + claim.leaseMs,
    })
    .where('id', 'in', (db) => db.selectFrom('due').select('due.id'))
    .where('state', '=', state)
    .where(since, '<=', claim.now)
    .returning(['id', 'attempts'])
    .execute()
}

/** Extends the leases of claims that are still in progress. */
export async function renewLeases(
  tx: Tx,
  lease: { tokens: string[]; ids: number[]; expiresAt: number },
): Promise<void> {
  await tx
    .updateTable('deliveries')
    .set({ lease_expires_at: lease.expiresAt })
    .where('id', 'in', lease.ids)
    .where('lease_token', 'in', lease.tokens)
    .where('state', '=', 'sending')
    .execute()
}

/** The outcome of an attempt. Times are milliseconds UTC. */
export type DeliveryOutcome =
  | { state: 'sent'; at: number }
  | { state: 'skipped'; reason: SkipReason }
  | { state: 'failed'; error: string }
  | { state: 'held' }
  /** Queued again: after a temporary failure, or without an attempt if `error` is null. */
  | { state: 'pending'; nextAttemptAt: number; error: string | null }

/**
 * Records the outcome of an attempt, if the claim is still current.
 *
 * @returns false when another worker has claimed the delivery. Then nothing is changed
 */
export async function concludeDelivery(
  tx: Tx,
  claim: { id: number; token: string },
  outcome: DeliveryOutcome,
): Promise<boolean> {
  const { state } = outcome
  const tried = state === 'sent' || state === 'failed' || (state === 'pending' && outcome.error !== null)
  const { numUpdatedRows } = await tx
    .updateTable('deliveries')
    .set({
      state,
      lease_token: null,
      lease_expires_at: null,
      ...(tried && { attempts: sql<number>`attempts + 1` }),
      ...(state === 'sent' && { sent_at: outcome.at, last_error: null }),
      ...(state === 'skipped' && { skip_reason: outcome.reason }),
      ...(state === 'failed' && { last_error: outcome.error }),
      ...(state === 'pending' && { next_attempt_at: outcome.nextAttemptAt }),
      ...(state === 'pending' && outcome.error !== null && { last_error: outcome.error }),
    })
    .where('id', '=', claim.id)
    .where('lease_token', '=', claim.token)
    .where('state', '=', 'sending')
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/** The facts for a message and for the decision whether to send it, read in one statement. */
export type DeliveryFacts = {
  id: number
  prebookId: number
  prebookedAt: number
  cancelledAt: number | null
  userId: number
  email: string
  userIsActive: 0 | 1
  mailOptOut: 0 | 1
  bookId: number
  bookTitle: string
  bookAuthor: string
  stockNow: number
  notifiedAt: number
  /** The number of notified prebooks, counted after the broadcast. */
  notifiedCount: number | null
  /** The number of copies in the restock. */
  copies: number
  state: DeliveryRow['state']
  leaseToken: string | null
}

/** The current facts of deliveries, in the order of their ids. */
export async function findDeliveryFacts(reader: Reader, ids: number[]): Promise<DeliveryFacts[]> {
  return reader
    .selectFrom('deliveries')
    .innerJoin('prebooks', 'prebooks.id', 'deliveries.prebook_id')
    .innerJoin('users', 'users.id', 'prebooks.user_id')
    .innerJoin('waitlists', 'waitlists.id', 'prebooks.waitlist_id')
    .innerJoin('stock_movements', 'stock_movements.id', 'waitlists.closed_by')
    .innerJoin('books', 'books.id', 'waitlists.book_id')
    .select([
      'deliveries.id',
      'prebooks.id as prebookId',
      'prebooks.created_at as prebookedAt',
      'prebooks.cancelled_at as cancelledAt',
      'users.id as userId',
      'users.email',
      'users.is_active as userIsActive',
      'users.mail_opt_out as mailOptOut',
      'books.id as bookId',
      'books.title as bookTitle',
      'books.author as bookAuthor',
      'books.stock_quantity as stockNow',
      'waitlists.notified_at as notifiedAt',
      'waitlists.notified_count as notifiedCount',
      'stock_movements.delta as copies',
      'deliveries.state',
      'deliveries.lease_token as leaseToken',
    ])
    .where('deliveries.id', 'in', ids)
    .where('waitlists.notified_at', 'is not', null)
    .$narrowType<{ notifiedAt: NotNull }>()
    .orderBy('deliveries.id')
    .execute()
}

/**
 * Whether a delivery is due or has an expired lease. Cheap enough for frequent polling. Few deliveries are in the state
 * `sending`, so the indexes by state are enough; an index by lease would cost two more writes per message.
 */
export async function hasDueDelivery(reader: Reader, now: number): Promise<boolean> {
  const due = (state: 'pending' | 'sending', since: 'next_attempt_at' | 'lease_expires_at') =>
    reader
      .selectFrom('deliveries')
      .select('id')
      .where('state', '=', state)
      .where(since, '<=', now)
      .limit(1)
      .executeTakeFirst()
  return (
    (await due('pending', 'next_attempt_at')) !== undefined ||
    (await due('sending', 'lease_expires_at')) !== undefined
  )
}
