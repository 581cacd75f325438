import type { Reader, RefusalRow, Tx } from '../database.ts'

/** Records that an address refused a mail. Repeated refusals of one mail count once. */
export async function recordRefusal(
  tx: Tx,
  refusal: { email: string; deliveryId: number; permanent: boolean; at: number },
): Promise<void> {
  const permanent = refusal.permanent ? 1 : 0
  await tx
    .insertInto('refusals')
    .values({
      email: refusal.email,
      delivery_id: refusal.deliveryId,
      permanent,
      refused_at: refusal.at,
    })
    .onConflict((conflict) =>
      conflict.columns(['email', 'delivery_id']).doUpdateSet({ permanent, refused_at: refusal.at }),
    )
    .execute()
}

/**
 * Forgets the refusals of an address, so that it gets mail again.
 *
 * @returns whether there were any
 */
export async function deleteSuppressions(tx: Tx, email: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('refusals')
    .where('email', '=', email)
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}

/** The refusals of an address, in the order of the deliveries, after one. */
export async function listRefusals(
  reader: Reader,
  page: { email: string; afterId: number; limit: number },
): Promise<RefusalRow[]> {
  return reader
    .selectFrom('refusals')
    .selectAll()
    .where('email', '=', page.email)
    .where('delivery_id', '>', page.afterId)
    .orderBy('delivery_id')
    .limit(page.limit)
    .execute()
}
