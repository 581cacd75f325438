import { sql } from 'kysely'
import type { ActorId } from '../actor.ts'
import type { Reader, Tx } from '../database.ts'
import { UniqueViolation } from '../store.ts'
import { CLEAR_BATCH_ROWS } from './clear-in-batches.ts'

/** An answer under the idempotency key of the request. */
export type KeptAnswer = {
  principal: ActorId
  key: string
  /** Identifies the operation and its input. */
  fingerprint: string
  answer: string
  /** The account that the answer is about, if it is about another one. It is deleted with that account. */
  aboutUserId?: number
}

/** The name under which the answers to an account or a token are stored. A token keeps it when it is rotated. */
function nameOf(principal: ActorId): string {
  return 'userId' in principal ? `user:${principal.userId}` : `token:${principal.tokenId}`
}

/** The answer to an earlier request with this key, kept after the time `after`, or undefined. */
export async function findKeptAnswer(
  reader: Reader,
  kept: { principal: ActorId; key: string; after: number },
): Promise<{ fingerprint: string; answer: string } | undefined> {
  return reader
    .selectFrom('kept_answers')
    .select(['fingerprint', 'answer'])
    .where('principal', '=', nameOf(kept.principal))
    .where('idempotency_key', '=', kept.key)
    .where('created_at', '>', kept.after)
    .executeTakeFirst()
}

/**
 * Keeps an answer, in the transaction of the change. It replaces one that was kept at `expired` or before.
 *
 * @throws UniqueViolation when another request has used the key. The transaction must not be committed then
 */
export async function keepAnswer(
  tx: Tx,
  kept: KeptAnswer,
  { now, expired }: { now: number; expired: number },
): Promise<void> {
  const content = {
    fingerprint: kept.fingerprint,
    answer: kept.answer,
    about_user_id: kept.aboutUserId ?? null,
    created_at: now,
  }
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('kept_answers')
    .values({ principal: nameOf(kept.principal), idempotency_key: kept.key, ...content })
    .onConflict((conflict) =>
      conflict
        .columns(['principal', 'idempotency_key'])
        .doUpdateSet(content)
        .where('kept_answers.created_at', '<=', expired),
    )
    .executeTakeFirstOrThrow()
  if (numInsertedOrUpdatedRows === 0n) throw new UniqueViolation('The idempotency key is used.')
}

/**
 * Deletes a batch of answers that were kept at `keptBy` or before, oldest first.
 *
 * @returns how many it deleted, up to {@link CLEAR_BATCH_ROWS}
 */
export async function deleteKeptAnswers(tx: Tx, keptBy: number): Promise<number> {
  const some = tx
    .selectFrom('kept_answers')
    .select(['principal', 'idempotency_key'])
    .where('created_at', '<=', keptBy)
    .orderBy('created_at')
    // A literal, so that the planner knows that these are few.
    .limit(sql.lit(CLEAR_BATCH_ROWS))
  const { numDeletedRows } = await tx
    .deleteFrom('kept_answers')
    .where((eb) =>
      eb(eb.refTuple('principal', 'idempotency_key'), 'in', some.$asTuple('principal', 'idempotency_key')),
    )
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}

/**
 * Deletes a batch of the answers that an account got, or that are about it.
 *
 * @returns how many it deleted. More are left if they are {@link CLEAR_BATCH_ROWS}
 */
export async function deleteKeptAnswersOf(tx: Tx, userId: number): Promise<number> {
  const own = tx
    .selectFrom('kept_answers')
    .select('idempotency_key')
    .where('principal', '=', nameOf({ userId }))
    .limit(CLEAR_BATCH_ROWS)
  const deletedOwn = await tx
    .deleteFrom('kept_answers')
    .where('principal', '=', nameOf({ userId }))
    .where('idempotency_key', 'in', own)
    .executeTakeFirstOrThrow()
  // Few: answers of admins about one account within a day.
  const deletedAbout = await tx
    .deleteFrom('kept_answers')
    .where('about_user_id', '=', userId)
    .executeTakeFirstOrThrow()
  return Math.min(CLEAR_BATCH_ROWS, Number(deletedOwn.numDeletedRows + deletedAbout.numDeletedRows))
}

/** A page of the answers that are kept for an account, in the order of their keys, after `afterKey`. */
export async function listKeptAnswers(
  reader: Reader,
  page: { userId: number; afterKey: string; limit: number },
): Promise<{ key: string; answer: string; createdAt: number }[]> {
  return reader
    .selectFrom('kept_answers')
    .select(['idempotency_key as key', 'answer', 'created_at as createdAt'])
    .where('principal', '=', nameOf({ userId: page.userId }))
    .where('idempotency_key', '>', page.afterKey)
    .orderBy('idempotency_key')
    .limit(page.limit)
    .execute()
}
