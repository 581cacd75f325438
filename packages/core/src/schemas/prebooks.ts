import { z } from 'zod'
import { expectedOnShown, expectedPrecisionShown } from './expected-date.ts'
import { pageInput, pageOf } from './page.ts'
import { CappedCount, Id, IsoTime } from './scalars.ts'

/** `waiting` → `notified` → `cancelled`. A pre-booking only moves forward. See `prebookStatus` for the rule. */
export const PrebookStatus = z.enum(['waiting', 'notified', 'cancelled'])
/** See {@link PrebookStatus}. */
export type PrebookStatus = z.infer<typeof PrebookStatus>

/** Who cancelled a pre-booking: the `reader`, or the `shop` by withdrawing the book. */
export const CancelledBy = z.enum(['reader', 'shop'])
/** See {@link CancelledBy}. */
export type CancelledBy = z.infer<typeof CancelledBy>

/** A reader's place on the waitlist of a book, as shown to that reader. */
export const Prebook = z.object({
  id: Id.describe('The id of the pre-booking.'),
  bookId: Id.describe('The id of the book.'),
  bookTitle: z.string().describe('The title of the book.'),
  bookAuthor: z.string().describe('The author of the book.'),
  status: PrebookStatus.describe(
    '`waiting` until a restock changes it to `notified`; `cancelled` if the reader cancelled it, or the shop withdrew the book.',
  ),
  bookExpectedOn: expectedOnShown.describe(
    'When the book is expected in stock: `2027-03-12`, `2027-03` or `2027-spring`. Null if that is unknown or past, or if the pre-booking is not waiting.',
  ),
  bookExpectedPrecision: expectedPrecisionShown,
  createdAt: IsoTime.describe('When the book was pre-booked.'),
  notifiedAt: IsoTime.nullable().describe(
    'When the book was restocked. Null while waiting, and if cancelled before the restock.',
  ),
  cancelledAt: IsoTime.nullable().describe('When it was cancelled. Null if it was not.'),
  // Answers that were kept under an idempotency key by earlier versions lack these.
  cancelledBy: CancelledBy.nullable()
    .default(null)
    .describe(
      'Who cancelled it: the `reader`, or the `shop` because the book will not come back. Null if it was not cancelled.',
    ),
  successorId: Id.nullable()
    .default(null)
    .describe(
      'The id of the book that replaces this one, if the shop cancelled the pre-booking and named one. Else null.',
    ),
})
/** See {@link Prebook}. */
export type Prebook = z.infer<typeof Prebook>

/** A pre-booking with its position in the queue. */
export const PrebookDetail = Prebook.extend({
  queuePosition: CappedCount.nullable().describe(
    'The position in the queue: 1 is first, `1000+` is any position beyond 1,000. Null if the pre-booking is not waiting.',
  ),
})
/** See {@link PrebookDetail}. */
export type PrebookDetail = z.infer<typeof PrebookDetail>

/** `prebooks.create` */
export const PrebookCreateInput = z.strictObject({ bookId: Id.describe('The id of the book to pre-book.') })
/** See {@link PrebookCreateInput}. */
export type PrebookCreateInput = z.output<typeof PrebookCreateInput>

/** `prebooks.get`, `prebooks.cancel` */
export const PrebookIdInput = z.strictObject({ prebookId: Id.describe('The id of the pre-booking.') })
/** See {@link PrebookIdInput}. */
export type PrebookIdInput = z.output<typeof PrebookIdInput>

/** `prebooks.list`: the caller's pre-bookings, newest first. Without `status`, those of every status. */
export const PrebookListInput = z.strictObject({
  status: PrebookStatus.optional().describe('Only pre-bookings with this status.'),
  ...pageInput,
})
/** See {@link PrebookListInput}. */
export type PrebookListInput = z.output<typeof PrebookListInput>

/** A page of the caller's pre-bookings. */
export const PrebookPage = pageOf(Prebook)
/** See {@link PrebookPage}. */
export type PrebookPage = z.infer<typeof PrebookPage>

/**
 * `prebooks.watch`. Clients send `lastEventId` automatically when they reconnect. Then the stream starts with more of the
 * cancelled pre-bookings, because the client may not know that they were cancelled. Which event it was does not matter.
 */
export const PrebookWatchInput = z.strictObject({
  lastEventId: z
    .string()
    .max(200)
    .nullish()
    .describe('The id of the last event that was received. The client sends it when it reconnects.'),
})
/** See {@link PrebookWatchInput}. */
export type PrebookWatchInput = z.output<typeof PrebookWatchInput>
