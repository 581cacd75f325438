import { z } from 'zod'
import { pageInput, pageOf } from './page.ts'
import { CappedCount, Id, IsoTime } from './scalars.ts'

/** `waiting` → `notified` → `cancelled`. A prebook only moves forward. See `prebookStatus` for the rule. */
export const PrebookStatus = z.enum(['waiting', 'notified', 'cancelled'])
/** See {@link PrebookStatus}. */
export type PrebookStatus = z.infer<typeof PrebookStatus>

/** A reader's place on the waitlist of a book, as shown to that reader. */
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

/** A prebook with its position in the queue. 1 is first; null if the prebook is not waiting. */
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

/** `prebooks.list`: the caller's prebooks, newest first. Without `status`, prebooks of every status. */
export const PrebookListInput = z.strictObject({ status: PrebookStatus.optional(), ...pageInput })
/** See {@link PrebookListInput}. */
export type PrebookListInput = z.output<typeof PrebookListInput>

/** A page of the caller's prebooks. */
export const PrebookPage = pageOf(Prebook)
/** See {@link PrebookPage}. */
export type PrebookPage = z.infer<typeof PrebookPage>

/**
 * `prebooks.watch`. Clients send `lastEventId` automatically when they reconnect. Then the stream starts with more of the
 * cancelled prebooks, because the client may not know that they were cancelled. Which event it was does not matter.
 */
export const PrebookWatchInput = z.strictObject({ lastEventId: z.string().max(200).nullish() })
/** See {@link PrebookWatchInput}. */
export type PrebookWatchInput = z.output<typeof PrebookWatchInput>
