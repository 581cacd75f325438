import { z } from 'zod'
import { pageInput, pageOf } from './page.ts'
import { Id, IsoTime } from './scalars.ts'

/**
 * How an e-mail stands. `pending` waits for its turn, `sending` is under way; the others are ends: `sent`, `skipped`
 * (nobody wanted it any more, see `skipReason`), `failed`, and `held` (there was no mail server).
 */
export const DeliveryState = z.enum(['pending', 'sending', 'sent', 'skipped', 'failed', 'held'])
/** See {@link DeliveryState}. */
export type DeliveryState = z.infer<typeof DeliveryState>

/** Why an e-mail that was due was not sent: the reader had cancelled, been deactivated, or wanted no mail any more. */
export const SkipReason = z.enum(['cancelled', 'deactivated', 'opted-out'])
/** See {@link SkipReason}. */
export type SkipReason = z.infer<typeof SkipReason>

/** One e-mail to one person about one broadcast, as admins see it. */
export const Delivery = z.object({
  id: Id,
  prebookId: Id,
  bookId: Id,
  bookTitle: z.string(),
  userId: Id,
  email: z.string(),
  state: DeliveryState,
  /** Tries that were made since it was last put in line. */
  attempts: z.int(),
  queuedAt: IsoTime,
  /** When it is next tried; null when it is not waiting. */
  nextAttemptAt: IsoTime.nullable(),
  skipReason: SkipReason.nullable(),
  lastError: z.string().nullable(),
  sentAt: IsoTime.nullable(),
})
/** See {@link Delivery}. */
export type Delivery = z.infer<typeof Delivery>

/** `deliveries.list`: e-mails, newest first. */
export const DeliveryListInput = z.strictObject({
  state: DeliveryState.optional(),
  bookId: Id.optional(),
  ...pageInput,
})
/** See {@link DeliveryListInput}. */
export type DeliveryListInput = z.output<typeof DeliveryListInput>

/** A page of e-mails. */
export const DeliveryPage = pageOf(Delivery)
/** See {@link DeliveryPage}. */
export type DeliveryPage = z.infer<typeof DeliveryPage>

/** The ends of an e-mail after which it may go out once more: what was sent arrived, and what was skipped nobody wanted. */
export const RedrivableState = DeliveryState.extract(['failed', 'held'])

/**
 * `deliveries.redrive`: puts e-mails that failed or were kept back in line. One, or all of a state, of one book if it is
 * named: then so many a call as go into one transaction, oldest first, and `cursor` goes on after them.
 */
export const DeliveryRedriveInput = z.union(
  [
    z.strictObject({ deliveryId: Id }),
    z.strictObject({
      state: RedrivableState,
      bookId: Id.optional(),
      cursor: pageInput.cursor,
    }),
  ],
  { error: 'Give either deliveryId, or state (failed or kept) and with it bookId, to be narrower.' },
)
/** See {@link DeliveryRedriveInput}. */
export type DeliveryRedriveInput = z.output<typeof DeliveryRedriveInput>

/** How many were put back in line; `nextCursor` is null when there are no more. */
export const DeliveryRedriven = z.object({ redriven: z.int(), nextCursor: z.string().nullable() })
/** See {@link DeliveryRedriven}. */
export type DeliveryRedriven = z.infer<typeof DeliveryRedriven>
