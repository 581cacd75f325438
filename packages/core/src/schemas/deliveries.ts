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
 * What an e-mail is about. `restock`: a book is back. `withdrawal`: it will not come back. `expected-date`: it is expected at
 * another time. `verify`: confirm the address of an account. `reset`: choose a new password. `invite`: accept an invitation.
 * `change-email`: confirm a new address, sent to it. `email-changed`: tells the old address. `confirm`: confirm the pre-booking of a
 * guest. `set-password`: a guest may choose a password.
 */
export const DeliveryKind = z.enum([
  'restock',
  'withdrawal',
  'expected-date',
  'verify',
  'reset',
  'invite',
  'change-email',
  'email-changed',
  'confirm',
  'set-password',
])
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
 * its link was used or replaced by a newer one, or its news was no longer true. `expired`: its link was no longer valid, or the date
 * in it was past. `address-refused`: the address
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
  id: Id.describe('The id of the e-mail.'),
  kind: DeliveryKind.describe(
    'What it is about: a book that is back, will not come back or is expected at another time, or the account of the recipient.',
  ),
  prebookId: Id.nullable().describe('The id of the pre-booking. Null for e-mails about an account.'),
  bookId: Id.nullable().describe('The id of the book. Null for e-mails about an account.'),
  bookTitle: z.string().nullable().describe('The title of the book. Null for e-mails about an account.'),
  userId: Id.nullable().describe('The id of the account that it is for. Null if there was none yet.'),
  email: z.string().nullable().describe('Where it goes. Null if the account has no address any more.'),
  addressSuppressed: z
    .boolean()
    .describe('Whether e-mails to the address are suspended because it refused earlier ones.'),
  state: DeliveryState.describe(
    '`pending` and `sending` are in progress. `held` means that no mail server was configured.',
  ),
  attempts: z.int().describe('Attempts since the e-mail was last queued.'),
  queuedAt: IsoTime.describe('When it was queued.'),
  nextAttemptAt: IsoTime.nullable().describe('When the next attempt is due. Null unless it is pending.'),
  skipReason: SkipReason.nullable().describe('Why it was skipped. Null unless it was.'),
  lastError: z.string().nullable().describe('The error of the last attempt that failed. Null if none did.'),
  sentAt: IsoTime.nullable().describe('When the mail server accepted it. Null until then.'),
})
/** See {@link Delivery}. */
export type Delivery = z.infer<typeof Delivery>

/** `deliveries.list`: e-mails, newest first. */
export const DeliveryListInput = z.strictObject({
  state: DeliveryState.optional().describe('Only e-mails in this state.'),
  bookId: Id.optional().describe('Only e-mails about this book.'),
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

const deliveryId = Id.describe('The id of the e-mail.')

/**
 * `deliveries.redrive`: queues failed or held e-mails again. Either one delivery, or all deliveries in a state, optionally of
 * one book. The second form queues one batch a call, oldest first; pass `nextCursor` as `cursor` for the next batch.
 */
export const DeliveryRedriveInput = z.union(
  [
    z.strictObject({ deliveryId }),
    z.strictObject({
      state: RedrivableState.describe('All e-mails in this state, oldest first, one batch a call.'),
      bookId: Id.optional().describe('Only e-mails about this book.'),
      cursor: pageInput.cursor.describe(
        'The `nextCursor` of the previous batch. Leave it out for the first.',
      ),
    }),
  ],
  { error: 'Provide either deliveryId, or state (failed or held) with an optional bookId.' },
)
/** See {@link DeliveryRedriveInput}. */
export type DeliveryRedriveInput = z.output<typeof DeliveryRedriveInput>

/** The number of e-mails queued again. `nextCursor` is null after the last batch. */
export const DeliveryRedriven = z.object({
  redriven: z.int().describe('How many e-mails were queued again.'),
  nextCursor: z
    .string()
    .nullable()
    .describe('Pass it as `cursor` for the next batch. Null after the last one.'),
})
/** See {@link DeliveryRedriven}. */
export type DeliveryRedriven = z.infer<typeof DeliveryRedriven>

/** `deliveries.liftSuppression`: one e-mail. */
export const DeliveryIdInput = z.strictObject({ deliveryId })
/** See {@link DeliveryIdInput}. */
export type DeliveryIdInput = z.output<typeof DeliveryIdInput>

/** Whether the address of the e-mail was suppressed. It gets e-mail again. */
export const SuppressionLifted = z.object({
  lifted: z.boolean().describe('Whether the address was suppressed. It gets e-mail again.'),
})
/** See {@link SuppressionLifted}. */
export type SuppressionLifted = z.infer<typeof SuppressionLifted>
