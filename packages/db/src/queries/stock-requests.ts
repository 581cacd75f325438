import { sql } from 'kysely'
import { actorColumns, type ActorId } from '../actor.ts'
import type { Reader, Tx } from '../database.ts'
import { CLEAR_BATCH_ROWS } from './clear-in-batches.ts'

/** A stock request and its answer, under an idempotency key of an account or a token. */
export type StockRequest = { actor: ActorId; key: string; requestHash: string; answer: string }

/** The earlier request of an account or a token with this key, or undefined. */
export async function findStockRequest(
  reader: Reader,
  { actor, key }: { actor: ActorId; key: string },
): Promise<{ requestHash: string; answer: string } | undefined> {
  const requests = reader
    .selectFrom('stock_requests')
    .select(['request_hash as requestHash', 'answer'])
    .where('idempotency_key', '=', key)
  return 'userId' in actor
    ? requests.where('actor_id', '=', actor.userId).executeTakeFirst()
    : requests.where('token_id', '=', actor.tokenId).executeTakeFirst()
}

/** The earlier requests of an account or a token with some of these keys, by key. */
export async function findStockRequests(
  reader: Reader,
  { actor, keys }: { actor: ActorId; keys: readonly string[] },
): Promise<Map<string, { requestHash: string; answer: string }>> {
  const requests = reader
    .selectFrom('stock_requests')
    .select(['idempotency_key as key', 'request_hash as requestHash', 'answer'])
    .where('idempotency_key', 'in', keys)
  const rows =
    'userId' in actor
      ? await requests.where('actor_id', '=', actor.userId).execute()
      : await requests.where('token_id', '=', actor.tokenId).execute()
  return new Map(rows.map(({ key, ...request }) => [key, request]))
}

/** A page of an account's requests, in the order of their keys, after `afterKey`. */
export async function listStockRequests(
  reader: Reader,
  page: { userId: number; afterKey: string; limit: number },
): Promise<{ key: string; answer: string; createdAt: number }[]> {
  return reader
    .selectFrom('stock_requests')
    .select(['idempotency_key as key', 'answer', 'created_at as createdAt'])
    .where('actor_id', '=', page.userId)
    .where('idempotency_key', '>', page.afterKey)
    .orderBy('idempotency_key')
    .limit(page.limit)
    .execute()
}

/**
 * Stores a request and its answer, in the transaction of the stock change.
 *
 * @throws UniqueViolation when another connection used the key at the same time
 */
export async function insertStockRequest(tx: Tx, request: StockRequest, now: number): Promise<void> {
  await tx
    .insertInto('stock_requests')
    .values({
      ...actorColumns(request.actor),
      idempotency_key: request.key,
      request_hash: request.requestHash,
      answer: request.answer,
      created_at: now,
    })
    .execute()
}

/**
 * Deletes a batch of requests that were made at `madeBy` or before, oldest first. A later request with the same key is a new
 * one.
 *
 * @returns how many it deleted, up to {@link CLEAR_BATCH_ROWS}
 */
export async function deleteStockRequests(tx: Tx, madeBy: number): Promise<number> {
  const some = tx
    .selectFrom('stock_requests')
    .select('id')
    .where('created_at', '<=', madeBy)
    .orderBy('created_at')
    // A literal, so that the planner knows that these are few.
    .limit(sql.lit(CLEAR_BATCH_ROWS))
  const { numDeletedRows } = await tx
    .deleteFrom('stock_requests')
    .where('id', 'in', some)
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
