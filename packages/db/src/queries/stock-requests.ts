import type { Reader, Tx } from '../database.ts'

/** What was asked and answered under one admin's idempotency key. */
export type StockRequest = { actorId: number; key: string; requestHash: string; answer: string }

/** The request that an admin made under this key before, or undefined. */
export async function findStockRequest(
  reader: Reader,
  request: { actorId: number; key: string },
): Promise<{ requestHash: string; answer: string } | undefined> {
  return reader
    .selectFrom('stock_requests')
    .select(['request_hash as requestHash', 'answer'])
    .where('actor_id', '=', request.actorId)
    .where('idempotency_key', '=', request.key)
    .executeTakeFirst()
}

/**
 * Remembers a request and its answer, in the transaction that carried it out.
 *
 * @throws UniqueViolation when the key was used at the same moment on another connection
 */
export async function insertStockRequest(tx: Tx, request: StockRequest, now: number): Promise<void> {
  await tx
    .insertInto('stock_requests')
    .values({
      actor_id: request.actorId,
      idempotency_key: request.key,
      request_hash: request.requestHash,
      answer: request.answer,
      created_at: now,
    })
    .execute()
}
