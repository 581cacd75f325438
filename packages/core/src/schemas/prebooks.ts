import { z } from 'zod'
import { pageInput, pageOf } from './page.ts'
import { CappedCount, Id, IsoTime } from './scalars.ts'

/** `waiting` → `notified` → `cancelled`; a prebook moves only in that direction. `prebookStatus` has the rule. */
export const PrebookStatus = z.enum(['waiting', 'notified', 'cancelled'])
/** See {@link PrebookStatus}. */
export type PrebookStatus = z.infer<typeof PrebookStatus>

/** One's own place on a waitlist, as every door shows it. */
export const Prebook = z.object({
  id: Id,
  bookId: Id,
  bookTitle: z.string(),
  bookAuthor: z.string(),
  status: PrebookStatus,
  createdAt: IsoTime,
  notifiedAt: IsoTime.nullable(),
  cancelledAt: IsoTime.nullable(),
})
/** See {@link Prebook}. */
export type Prebook = z.infer<typeof Prebook>

/** A prebook with its place in the queue: 1 is first; null when it does not wait (any more). */
export const PrebookDetail = Prebook.extend({ queuePosition: CappedCount.nullable() })
/** See {@link PrebookDetail}. */
export type PrebookDetail = z.infer<typeof PrebookDetail>

/** `prebooks.create` */
export const PrebookCreateInput = z.strictObject({ bookId: Id })
/** See {@link PrebookCreateInput}. */
export type PrebookCreateInput = z.output<typeof PrebookCreateInput>

/** `prebooks.get`, `prebooks.cancel` */
export const PrebookIdInput = z.strictObject({ prebookId: Id })
/** See {@link PrebookIdInput}. */
export type PrebookIdInput = z.output<typeof PrebookIdInput>

/** `prebooks.list`: one's own, of every status unless one is named, newest first. */
export const PrebookListInput = z.strictObject({ status: PrebookStatus.optional(), ...pageInput })
/** See {@link PrebookListInput}. */
export type PrebookListInput = z.output<typeof PrebookListInput>

/** A page of one's own prebooks. */
export const PrebookPage = pageOf(Prebook)
/** See {@link PrebookPage}. */
export type PrebookPage = z.infer<typeof PrebookPage>

/**
 * `prebooks.watch`. `lastEventId` is what clients send by themselves when they connect again; it is accepted and means
 * nothing, since every connection begins with the state of all prebooks.
 */
export const PrebookWatchInput = z.strictObject({ lastEventId: z.string().max(200).nullish() })
/** See {@link PrebookWatchInput}. */
export type PrebookWatchInput = z.output<typeof PrebookWatchInput>
