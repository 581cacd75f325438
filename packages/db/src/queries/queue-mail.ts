import type { DeliveryKind, DeliveryLane } from '@prebook/core'
import type { Tx } from '../database.ts'

/** An e-mail for the outbox. */
export type QueuedMail = {
  kind: DeliveryKind
  lane: DeliveryLane
  /** The account that it is for; null when there is none yet. */
  userId: number | null
  /** Where it goes, if not to the account's address. */
  recipient?: string
  /** The book that it is about. Mail about a broadcast is queued by its dispatch. */
  bookId?: number
  /** What it is about, such as `reset:7:3`. A second mail with the same key is not queued. */
  dedupeKey: string
  /** What the message needs besides the rows that it is about. It is stored, so it must not contain a token or a link. */
  payload?: object
  /** The language of the message. Default: `en`. */
  locale?: string
  now: number
}

/**
 * Queues an e-mail in the transaction of the change that it is about, so that neither exists without the other. Publish
 * the event `mail-queued` after the commit, so that it is sent at once.
 *
 * @returns whether it was queued; false when mail with the same key was queued before
 */
export async function queueMail(tx: Tx, mail: QueuedMail): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('deliveries')
    .values({
      kind: mail.kind,
      lane: mail.lane,
      user_id: mail.userId,
      recipient: mail.recipient ?? null,
      book_id: mail.bookId ?? null,
      dedupe_key: mail.dedupeKey,
      payload: mail.payload === undefined ? null : JSON.stringify(mail.payload),
      ...(mail.locale !== undefined && { locale: mail.locale }),
      state: 'pending',
      queued_at: mail.now,
      next_attempt_at: mail.now,
    })
    .onConflict((conflict) => conflict.column('dedupe_key').doNothing())
    .executeTakeFirstOrThrow()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}
