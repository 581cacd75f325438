import { leavesNoRow, type DeliveryKind, type DeliveryLane, type SkipReason } from '@prebook/core'
import { sql } from 'kysely'
import type { Reader, Tx } from '../database.ts'
import { deliveriesWithAccounts, type DeliveryFacts } from './deliveries-with-accounts.ts'
import { deleteSuppressions, recordRefusal } from './suppressions.ts'

export type { DeliveryFacts }

/** A delivery that a worker has claimed until its lease expires. */
export type ClaimedRow = { id: number; kind: DeliveryKind; attempts: number }

type Claim = { lane: DeliveryLane; limit: number; token: string; now: number; leaseMs: number }

/**
 * Claims deliveries of a lane for sending: first those with an expired lease, then those that are due, longest due first.
 * Two claims never get the same delivery: the update checks the state again, so a concurrent second claim, also at READ
 * COMMITTED, skips the row.
 *
 * @param claim `token` is a fencing token: an outcome is recorded only with the token of the current claim
 */
export async function claimDeliveries(tx: Tx, claim: Claim): Promise<ClaimedRow[]> {
  const abandoned = await take(tx, claim, 'sending', 'lease_expires_at')
  const limit = claim.limit - abandoned.length
  if (limit === 0) return abandoned
  return [...abandoned, ...(await take(tx, { ...claim, limit }, 'pending', 'next_attempt_at'))]
}

async function take(
  tx: Tx,
  claim: Claim,
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
          .where('lane', '=', claim.lane)
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
    .returning(['id', 'kind', 'attempts'])
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
  /** `accepted`: the address, if it had refused earlier mail. */
  | { state: 'sent'; at: number; accepted?: string }
  | { state: 'skipped'; reason: SkipReason }
  | { state: 'failed'; error: string; refusal?: AddressRefusal }
  | { state: 'held' }
  /** Queued again: after a temporary failure, or without an attempt if `error` is null. */
  | { state: 'pending'; nextAttemptAt: number; error: string | null; refusal?: AddressRefusal }

/** The mail server refused a recipient, for good or for now. */
export type AddressRefusal = { email: string; permanent: boolean; at: number }

/**
 * Records the outcome of an attempt, if the claim is still current, and what it means for later mail to the address. Mail that
 * leaves no row is deleted with its last attempt.
 *
 * @returns false when another worker has claimed the delivery, or it was deleted. Then nothing is changed
 */
export async function concludeDelivery(
  tx: Tx,
  claim: { id: number; kind: DeliveryKind; token: string },
  outcome: DeliveryOutcome,
): Promise<boolean> {
  const isDeleted = outcome.state !== 'pending' && leavesNoRow(claim.kind)
  const isCurrent = isDeleted ? await deleteClaimed(tx, claim) : await updateClaimed(tx, claim, outcome)
  if (!isCurrent) return false
  if ('refusal' in outcome && outcome.refusal !== undefined)
    await recordRefusal(tx, { ...outcome.refusal, deliveryId: claim.id })
  if (outcome.state === 'sent' && outcome.accepted !== undefined)
    await deleteSuppressions(tx, outcome.accepted)
  return true
}

async function deleteClaimed(tx: Tx, claim: { id: number; token: string }): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('deliveries')
    .where('id', '=', claim.id)
    .where('lease_token', '=', claim.token)
    .where('state', '=', 'sending')
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}

async function updateClaimed(
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

/** The account of a delivery, if it has an address that is not proven. */
export async function findUnprovenAccount(
  reader: Reader,
  deliveryId: number,
): Promise<{ id: number; locale: string } | undefined> {
  return reader
    .selectFrom('deliveries')
    .innerJoin('users', 'users.id', 'deliveries.user_id')
    .select(['users.id', 'users.locale'])
    .where('deliveries.id', '=', deliveryId)
    .where('users.verified_at', 'is', null)
    .where('users.email', 'is not', null)
    .executeTakeFirst()
}

/** Skips the mail of an account that is not sent yet, which takes it from the workers that hold it. */
export async function skipUnsentMail(
  tx: Tx,
  mail: { userId: number; kinds?: readonly DeliveryKind[]; reason: SkipReason },
): Promise<void> {
  let unsent = tx
    .updateTable('deliveries')
    .set({ state: 'skipped', skip_reason: mail.reason, lease_token: null, lease_expires_at: null })
    .where('user_id', '=', mail.userId)
    .where('state', 'in', ['pending', 'sending', 'held'])
  if (mail.kinds !== undefined) unsent = unsent.where('kind', 'in', mail.kinds)
  await unsent.execute()
}

/** The facts for a message about an account. */
export type AccountMailFacts = DeliveryFacts & {
  /** The generation and expiry of the account's current link of this kind; null without one. Expiry 0: it was used. */
  linkGeneration: number | null
  linkExpiresAt: number | null
}

/** The current facts of deliveries about accounts, in the order of their ids. */
export async function findAccountMailFacts(reader: Reader, ids: number[]): Promise<AccountMailFacts[]> {
  return deliveriesWithAccounts(reader, ids)
    .leftJoin('account_links', (join) =>
      join
        .onRef('account_links.user_id', '=', 'deliveries.user_id')
        // As in core's `mailedLinkPurposes`.
        .on(
          sql<boolean>`account_links.purpose = case deliveries.kind when 'change-email' then 'verify' when 'set-password' then 'reset' else deliveries.kind end`,
        ),
    )
    .select([
      'deliveries.prebook_id as prebookId',
      'deliveries.user_id as userId',
      'account_links.generation as linkGeneration',
      'account_links.expires_at as linkExpiresAt',
    ])
    .execute()
}

/**
 * Whether a delivery of a lane is due or has an expired lease. Cheap enough for frequent polling. Few deliveries are in the
 * state `sending`, so the index by state is enough; an index by lease would cost two more writes per message.
 */
export async function hasDueDelivery(reader: Reader, lane: DeliveryLane, now: number): Promise<boolean> {
  const due = (state: 'pending' | 'sending', since: 'next_attempt_at' | 'lease_expires_at') =>
    reader
      .selectFrom('deliveries')
      .select('id')
      .where('lane', '=', lane)
      .where('state', '=', state)
      .where(since, '<=', now)
      .limit(1)
      .executeTakeFirst()
  return (
    (await due('pending', 'next_attempt_at')) !== undefined ||
    (await due('sending', 'lease_expires_at')) !== undefined
  )
}
