import type { Reader, Tx } from '../database.ts'
import { CLEAR_BATCH_ROWS } from './clear-in-batches.ts'

/** What a guest agreed to for a prebook: the version of the text, its language, and when, in milliseconds UTC. */
export type Consent = { prebookId: number; version: string; locale: string; givenAt: number }

/** Keeps what a guest agreed to. A prebook keeps its first consent. */
export async function insertConsent(tx: Tx, consent: Consent): Promise<void> {
  await tx
    .insertInto('consents')
    .values({
      prebook_id: consent.prebookId,
      version: consent.version,
      locale: consent.locale,
      given_at: consent.givenAt,
    })
    .onConflict((conflict) => conflict.column('prebook_id').doNothing())
    .execute()
}

/** A page of the consents of an account, in the order of its prebooks, after the prebook `afterId`. */
export async function listConsents(
  reader: Reader,
  page: { userId: number; afterId: number; limit: number },
): Promise<Consent[]> {
  return reader
    .selectFrom('prebooks')
    .innerJoin('consents', 'consents.prebook_id', 'prebooks.id')
    .select([
      'consents.prebook_id as prebookId',
      'consents.version',
      'consents.locale',
      'consents.given_at as givenAt',
    ])
    .where('prebooks.user_id', '=', page.userId)
    .where('prebooks.id', '>', page.afterId)
    .orderBy('prebooks.id')
    .limit(page.limit)
    .execute()
}

/**
 * Deletes a batch of the consents of an account.
 *
 * @returns how many it deleted, up to {@link CLEAR_BATCH_ROWS}
 */
export async function deleteConsentsOf(tx: Tx, userId: number): Promise<number> {
  const own = tx
    .selectFrom('prebooks')
    .innerJoin('consents', 'consents.prebook_id', 'prebooks.id')
    .select('consents.prebook_id')
    .where('prebooks.user_id', '=', userId)
    .limit(CLEAR_BATCH_ROWS)
  const { numDeletedRows } = await tx
    .deleteFrom('consents')
    .where('prebook_id', 'in', own)
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
