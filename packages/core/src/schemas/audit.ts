import { z } from 'zod'
import { Role } from './accounts.ts'
import { RedrivableState } from './deliveries.ts'
import { ExpectedOn } from './expected-date.ts'
import { pageInput, pageOf } from './page.ts'
import { Id, IsoTime } from './scalars.ts'
import { TokenScope } from './tokens.ts'

const stockDetails = z.strictObject({ movementId: Id, delta: z.int(), quantityAfter: z.int() })
const noDetails = z.strictObject({})

/**
 * Every action that leaves an audit entry, by the name of its procedure, with the details that the entry stores. Details
 * are numbers and fixed words. Typed text could contain a secret or an e-mail address, so it is never stored there.
 */
export const auditDetails = {
  'books.create': z.strictObject({ stockQuantity: z.int() }),
  /** The changed fields. The prices are in cents, and only there when the price changed. */
  'books.update': z.strictObject({
    fields: z.array(z.enum(['title', 'author', 'isbn', 'price', 'description'])),
    oldPriceCents: z.int().optional(),
    newPriceCents: z.int().optional(),
  }),
  /** One entry for each call. A call has at most `limits.importRows` rows, so the ids are few. */
  'books.import': z.strictObject({
    createdIds: z.array(Id),
    updatedIds: z.array(Id),
    unchanged: z.int(),
    invalid: z.int(),
  }),
  /** The successor that the book has now, if any. The waitlist and its pre-bookings only if the withdrawal closed one. */
  'books.withdraw': z.strictObject({
    successorId: Id.optional(),
    waitlistId: Id.optional(),
    cancelled: z.int().optional(),
  }),
  'books.reinstate': noDetails,
  /** The dates in their fixed forms, such as `2027-03`; each only if there is one. */
  'books.expect': z.strictObject({
    oldExpectedOn: ExpectedOn.optional(),
    newExpectedOn: ExpectedOn.optional(),
  }),
  'stock.set': stockDetails,
  'stock.adjust': stockDetails,
  /** The number of e-mails; the state only if all e-mails in it were queued again. */
  'deliveries.redrive': z.strictObject({ redriven: z.int(), state: RedrivableState.optional() }),
  'deliveries.liftSuppression': noDetails,
  /** The role that the invitation offers. */
  'users.invite': z.strictObject({ role: Role }),
  'users.setRole': z.strictObject({ oldRole: Role, newRole: Role }),
  'users.deactivate': noDetails,
  'users.reactivate': noDetails,
  'tokens.create': z.strictObject({ scopes: z.array(TokenScope), expiresInDays: z.int().optional() }),
  /** The expiry only if it was renewed. */
  'tokens.rotate': z.strictObject({ overlapHours: z.int(), expiresInDays: z.int().optional() }),
  'tokens.revoke': noDetails,
  /** By staff and admins of their own account. */
  'account.erase': noDetails,
} as const

/** What was done: the name of a procedure, such as `stock.set`. See {@link auditDetails}. */
export const AuditAction = z.enum(Object.keys(auditDetails) as (keyof typeof auditDetails)[])
/** See {@link AuditAction}. */
export type AuditAction = z.infer<typeof AuditAction>

/** The details of an action. */
export type AuditDetails<Action extends AuditAction> = z.infer<(typeof auditDetails)[Action]>

/** What was changed: one row by its kind and id, or `books` or `deliveries` for many at once. */
export type AuditSubject = `${'book' | 'delivery' | 'user' | 'token'}:${number}` | 'books' | 'deliveries'

/** See {@link AuditSubject}. */
export const AuditSubject = z
  .string()
  .regex(
    /^(?:books|deliveries|(?:book|delivery|user|token):[1-9]\d{0,15})$/,
    'Must be book:<id>, delivery:<id>, user:<id>, token:<id>, books or deliveries.',
  )

/** An entry of the audit log, as shown to admins. Entries are never changed. */
export const AuditEntry = z.object({
  id: Id.describe('The id of the entry.'),
  at: IsoTime.describe('When it was done.'),
  actorId: Id.nullable().describe('The id of the account that acted. Null if a token did.'),
  actorEmail: z
    .string()
    .nullable()
    .describe('The current address of the account that acted. Null if it was deleted, or if a token acted.'),
  tokenId: Id.nullable().describe('The id of the token that acted. Null if an account did.'),
  tokenName: z.string().nullable().describe('The name of the token that acted. Null if an account did.'),
  action: AuditAction.describe('What was done: the name of a procedure.'),
  subject: z
    .string()
    .describe(
      'What was changed, such as `book:12`, `user:3`, `delivery:9` or `token:4`, or `books` or `deliveries` for many at once.',
    ),
  subjectEmail: z
    .string()
    .nullable()
    .describe(
      'The current address of the account that was changed. Null unless the subject is an account that still exists.',
    ),
  subjectTokenName: z
    .string()
    .nullable()
    .describe('The name of the token that was changed. Null unless the subject is a token.'),
  // See auditDetails.
  details: z
    .record(z.string(), z.union([z.number(), z.string(), z.array(z.number()), z.array(z.string())]))
    .describe('Numbers and fixed words that depend on the action, such as the id of the movement.'),
})
/** See {@link AuditEntry}. */
export type AuditEntry = z.infer<typeof AuditEntry>

/** `audit.list`: audit entries, newest first. */
export const AuditListInput = z.strictObject({
  actorId: Id.optional().describe('Only what this account did.'),
  tokenId: Id.optional().describe('Only what this token did.'),
  subject: AuditSubject.optional().describe('Only changes of this, such as `book:12` or `user:7`.'),
  action: AuditAction.optional().describe('Only this action: the name of a procedure.'),
  ...pageInput,
})
/** See {@link AuditListInput}. */
export type AuditListInput = z.output<typeof AuditListInput>

/** A page of audit entries. */
export const AuditPage = pageOf(AuditEntry)
/** See {@link AuditPage}. */
export type AuditPage = z.infer<typeof AuditPage>
