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
export const AccountExportInput = z.strictObject({ cursor: z.string().min(1).max(MAX_CURSOR).nullish() })
/** See {@link AccountExportInput}. */
export type AccountExportInput = z.output<typeof AccountExportInput>

/**
 * What is stored about the signed-in person, in parts of up to {@link EXPORT_ROWS} rows. Most accounts have one part.
 * Passwords and tokens are left out, even as hashes. Stock changes are those that the person made as staff.
 */
export const AccountExport = z.object({
  account: Account,
  sessions: z.array(Session),
  prebooks: z.array(Prebook),
  deliveries: z.array(Delivery),
  stockMovements: z.array(StockMovement),
  /** Stock changes that carried an idempotency key, with the answer that was given, as JSON. */
  stockRequests: z.array(z.object({ idempotencyKey: z.string(), answer: z.string(), createdAt: IsoTime })),
  /** Answers to other requests that carried an idempotency key, as JSON. They are kept for a day. */
  keptAnswers: z.array(z.object({ idempotencyKey: z.string(), answer: z.string(), createdAt: IsoTime })),
  /** Links that were mailed and not used, and the address or role that they are for. */
  openLinks: z.array(
    z.object({
      purpose: AccountLinkPurpose,
      expiresAt: IsoTime,
      email: z.string().nullable(),
      role: Role.nullable(),
    }),
  ),
  /** E-mails that the address refused. */
  refusals: z.array(z.object({ deliveryId: Id, permanent: z.boolean(), refusedAt: IsoTime })),
  /** What the person did as staff, and what staff did to the account. */
  auditEntries: z.array(AuditEntry.pick({ id: true, at: true, action: true, subject: true, details: true })),
  /** Null in the last part. */
  nextCursor: z.string().nullable(),
})
/** See {@link AccountExport}. */
export type AccountExport = z.infer<typeof AccountExport>

/** Rows in one part of an export. */
export const EXPORT_ROWS = 500
