import { z } from 'zod'
import { Account, Role, Session } from './accounts.ts'
import { AuditEntry } from './audit.ts'
import { AccountLinkPurpose, Delivery } from './deliveries.ts'
import { Prebook } from './prebooks.ts'
import { Id, IsoTime } from './scalars.ts'
import { StockMovement } from './stock.ts'

/** It can hold an idempotency key, so it is longer than other cursors. */
const MAX_CURSOR = 400

/** `account.export`: the first part without a cursor; pass `nextCursor` as `cursor` for the next part. */
export const AccountExportInput = z.strictObject({
  cursor: z
    .string()
    .min(1)
    .max(MAX_CURSOR)
    .nullish()
    .describe('The `nextCursor` of the previous part. Leave it out for the first part.'),
})
/** See {@link AccountExportInput}. */
export type AccountExportInput = z.output<typeof AccountExportInput>

const keptAnswer = z.object({
  idempotencyKey: z.string().describe('The key of the request.'),
  answer: z.string().describe('The answer as JSON.'),
  createdAt: IsoTime.describe('When it was given.'),
})

/**
 * What is stored about the signed-in person, in parts of up to {@link EXPORT_ROWS} rows. Most accounts have one part.
 * Passwords and tokens are left out, even as hashes. Stock changes are those that the person made as staff.
 */
export const AccountExport = z.object({
  account: Account.describe('The account.'),
  sessions: z.array(Session).describe('The sessions of the account.'),
  prebooks: z.array(Prebook).describe('The pre-bookings of the account.'),
  consents: z
    .array(
      z.object({
        prebookId: Id.describe('The id of the pre-booking.'),
        version: z.string().describe('The version of the text.'),
        locale: z.string().describe('The language that it was shown in.'),
        givenAt: IsoTime.describe('When it was agreed to.'),
      }),
    )
    .describe('What the person agreed to by confirming pre-bookings by e-mail.'),
  deliveries: z.array(Delivery).describe('The e-mails to the account.'),
  stockMovements: z.array(StockMovement).describe('Stock changes that the person made as staff.'),
  stockRequests: z
    .array(keptAnswer)
    .describe('Stock changes that carried an idempotency key, with the answer that was given.'),
  keptAnswers: z
    .array(keptAnswer)
    .describe('Answers to other requests that carried an idempotency key. They are kept for a day.'),
  openLinks: z
    .array(
      z.object({
        purpose: AccountLinkPurpose.describe('What the link does.'),
        expiresAt: IsoTime.describe('Until when the link works.'),
        email: z
          .string()
          .nullable()
          .describe('The address that the link confirms. Null if it confirms none.'),
        role: Role.nullable().describe('The role that the link gives. Null if it gives none.'),
      }),
    )
    .describe('Links that were mailed and not used.'),
  refusals: z
    .array(
      z.object({
        deliveryId: Id.describe('The id of the e-mail.'),
        permanent: z.boolean().describe('Whether the refusal is permanent.'),
        refusedAt: IsoTime.describe('When it was refused.'),
      }),
    )
    .describe('E-mails that the address refused.'),
  auditEntries: z
    .array(AuditEntry.pick({ id: true, at: true, action: true, subject: true, details: true }))
    .describe('What the person did as staff, and what staff did to the account.'),
  nextCursor: z.string().nullable().describe('Pass it as `cursor` for the next part. Null in the last part.'),
})
/** See {@link AccountExport}. */
export type AccountExport = z.infer<typeof AccountExport>

/** Rows in one part of an export. */
export const EXPORT_ROWS = 500
