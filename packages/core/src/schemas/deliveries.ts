import { z } from 'zod'
import { pageInput, pageOf } from './page.ts'
import { Id, IsoTime } from './scalars.ts'

/**
 * The state of an e-mail. `pending` and `sending` are in progress. `sent`, `skipped` (see `skipReason`), `failed` and `held`
 * (no mail server was configured) are final, unless the e-mail is redriven.
 */
export const DeliveryState = z.enum(['pending', 'sending', 'sent', 'skipped', 'failed', 'held'])
/** See {@link DeliveryState}. */
export type DeliveryState = z.infer<typeof DeliveryState>

/** The final states, except `held`: that e-mail waits for a mail server. */
export const SETTLED_STATES = ['sent', 'skipped', 'failed'] as const satisfies readonly DeliveryState[]
/** See {@link SETTLED_STATES}. */
export type SettledState = (typeof SETTLED_STATES)[number]

/**
 * What an e-mail is about. `restock`: a book is back. `verify`: confirm the address of an account. `reset`: choose a new
 * password. `invite`: accept an invitation. `change-email`: confirm a new address, sent to it. `email-changed`: tells the
 * old address.
 */
export const DeliveryKind = z.enum(['restock', 'verify', 'reset', 'invite', 'change-email', 'email-changed'])
/** See {@link DeliveryKind}. */
export type DeliveryKind = z.infer<typeof DeliveryKind>

/** How urgent an e-mail is. Somebody waits for mail in `now`, and it overtakes all mail in `bulk`. */
export const DeliveryLane = z.enum(['now', 'bulk'])
/** See {@link DeliveryLane}. */
export type DeliveryLane = z.infer<typeof DeliveryLane>

/**
 * What a mailed link does for the account that it belongs to: `verify` confirms its address or a new one, `reset` sets a new
 * password, `invite` accepts an invitation. Each link works once.
 */
export const AccountLinkPurpose = z.enum(['verify', 'reset', 'invite'])
/** See {@link AccountLinkPurpose}. */
export type AccountLinkPurpose = z.infer<typeof AccountLinkPurpose>

/**
 * Why an e-mail was skipped. `unverified`: the address is not confirmed yet, and gets an e-mail about that instead. `cancelled`, `deactivated`, `opted-out`, `erased`: what the reader or staff did meanwhile. `superseded`:
 * its link was used, or a newer one was requested. `expired`: its link was no longer valid. `address-refused`: the address
 * refused earlier mail.
 */
export const SkipReason = z.enum([
  'cancelled',
  'deactivated',
  'opted-out',
  'superseded',
  'expired',
  'address-refused',
  'unverified',
  'erased',
])
/** See {@link SkipReason}. */
export type SkipReason = z.infer<typeof SkipReason>

/** One e-mail to one person, as shown to admins. */
export const Delivery = z.object({
  id: Id,
  kind: DeliveryKind,
  /** The pre-booking and the book that it is about; null for e-mails about an account. */
  prebookId: Id.nullable(),
  bookId: Id.nullable(),
  bookTitle: z.string().nullable(),
  /** The account that it is for; null if there was none yet. */
  userId: Id.nullable(),
  /** Where it goes; null when the account has no address any more. */
  email: z.string().nullable(),
  /** Whether the address gets no e-mail at present because it refused earlier ones. See `deliveries.liftSuppression`. */
  addressSuppressed: z.boolean(),
  state: DeliveryState,
  /** Attempts since the e-mail was last queued. */
  attempts: z.int(),
  queuedAt: IsoTime,
  /** Time of the next attempt; null unless the e-mail is pending. */
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

/** The states from which an e-mail can be sent again. */
export const RedrivableState = DeliveryState.extract(['failed', 'held'])

/**
 * `deliveries.redrive`: queues failed or held e-mails again. Either one delivery, or all deliveries in a state, optionally of
 * one book. The second form queues one batch a call, oldest first; pass `nextCursor` as `cursor` for the next batch.
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
  { error: 'Provide either deliveryId, or state (failed or held) with an optional bookId.' },
)
/** See {@link DeliveryRedriveInput}. */
export type DeliveryRedriveInput = z.output<typeof DeliveryRedriveInput>

/** The number of e-mails queued again. `nextCursor` is null after the last batch. */
export const DeliveryRedriven = z.object({ redriven: z.int(), nextCursor: z.string().nullable() })
/** See {@link DeliveryRedriven}. */
export type DeliveryRedriven = z.infer<typeof DeliveryRedriven>

/** `deliveries.liftSuppression`: one e-mail. */
export const DeliveryIdInput = z.strictObject({ deliveryId: Id })
/** See {@link DeliveryIdInput}. */
export type DeliveryIdInput = z.output<typeof DeliveryIdInput>

/** Whether the address of the e-mail was suppressed. It gets e-mail again. */
export const SuppressionLifted = z.object({ lifted: z.boolean() })
/** See {@link SuppressionLifted}. */
export type SuppressionLifted = z.infer<typeof SuppressionLifted>
