import { z } from 'zod'
import { limits } from '../limits.ts'
import { tokenScopes } from '../token.ts'
import { pageInput, pageOf } from './page.ts'
import { Id, IsoTime, lineOfText } from './scalars.ts'

/** A scope of a token: a key of {@link tokenScopes}. */
export const TokenScope = z.enum(Object.keys(tokenScopes) as (keyof typeof tokenScopes)[])
/** See {@link TokenScope}. */
export type TokenScope = z.infer<typeof TokenScope>

/** Whether a token works: only `active` ones do. */
export const TokenStatus = z.enum(['active', 'expired', 'revoked'])
/** See {@link TokenStatus}. */
export type TokenStatus = z.infer<typeof TokenStatus>

/** A token, as shown to admins: everything but the token itself. */
export const ApiToken = z.object({
  id: Id.describe('The id of the token. It is not secret.'),
  name: z.string().describe('The name of the token.'),
  scopes: z.array(TokenScope).describe('What it may do. Without a scope it may do nothing.'),
  status: TokenStatus.describe('Only `active` tokens work.'),
  createdBy: Id.describe(
    'The id of the account that made the token. The token belongs to the shop and does not depend on the account.',
  ),
  createdByEmail: z
    .string()
    .nullable()
    .describe('The current address of that account. Null if it was deleted.'),
  createdAt: IsoTime.describe('When it was created.'),
  expiresAt: IsoTime.nullable().describe('When it stops working. Null if never.'),
  lastUsedAt: IsoTime.nullable().describe('The minute of the last use. Null if never used.'),
  revokedAt: IsoTime.nullable().describe('When it was revoked. Null if it was not.'),
  overlapEndsAt: IsoTime.nullable().describe(
    'Until when the token from before the last rotation works as well. Null if only one works.',
  ),
})
/** See {@link ApiToken}. */
export type ApiToken = z.infer<typeof ApiToken>

/** A new token. `token` is its text, which cannot be read again. */
export const NewApiToken = ApiToken.extend({
  token: z.string().describe('The token itself (`pbk_…`). It cannot be read again.'),
})
/** See {@link NewApiToken}. */
export type NewApiToken = z.infer<typeof NewApiToken>

const expiresInDays = z
  .int('Must be a whole number.')
  .min(limits.tokenDays.min, `Must be at least ${limits.tokenDays.min}.`)
  .max(limits.tokenDays.max, `Must be at most ${limits.tokenDays.max.toLocaleString('en')}.`)

const tokenId = Id.describe('The id of the token.')

/** `tokens.create`. Without `expiresInDays`, the token works until it is revoked. */
export const TokenCreateInput = z.strictObject({
  name: lineOfText(limits.tokenName.max).describe('A name that says which machine has the token.'),
  scopes: z
    .array(TokenScope)
    .max(TokenScope.options.length)
    .refine((scopes) => new Set(scopes).size === scopes.length, { error: 'Must not repeat a scope.' })
    .describe('What the token may do. Without any scope, it can do nothing.'),
  expiresInDays: expiresInDays
    .optional()
    .describe('Days until it expires. Leave it out for a token that works until it is revoked.'),
})
/** See {@link TokenCreateInput}. */
export type TokenCreateInput = z.output<typeof TokenCreateInput>

/** `tokens.list`: tokens, newest first. */
export const TokenListInput = z.strictObject({
  createdBy: Id.optional().describe('Only tokens that this account made.'),
  isActive: z.boolean().optional().describe('Only tokens that work, or with false only those that do not.'),
  ...pageInput,
})
/** See {@link TokenListInput}. */
export type TokenListInput = z.output<typeof TokenListInput>

/** A page of tokens. */
export const TokenPage = pageOf(ApiToken)
/** See {@link TokenPage}. */
export type TokenPage = z.infer<typeof TokenPage>

/** The fields of `tokens.rotate`. */
export const TokenRotation = z.strictObject({
  overlapHours: z
    .int('Must be a whole number.')
    .min(0, 'Must be at least 0.')
    .max(limits.overlapHours.max, `Must be at most ${limits.overlapHours.max}.`)
    .describe('Hours that the current token keeps working alongside the new one. With 0, it stops at once.'),
  expiresInDays: expiresInDays
    .optional()
    .describe('Days from now until it expires. Leave it out to keep the current expiry.'),
})

/**
 * `tokens.rotate`: replaces the text of a token. Id, name and scopes stay. At most two texts work at a time: another rotation
 * ends an earlier overlap.
 */
export const TokenRotateInput = z.strictObject({ tokenId, ...TokenRotation.shape })
/** See {@link TokenRotateInput}. */
export type TokenRotateInput = z.output<typeof TokenRotateInput>

/** `tokens.revoke`: ends a token for good. */
export const TokenIdInput = z.strictObject({ tokenId })
/** See {@link TokenIdInput}. */
export type TokenIdInput = z.output<typeof TokenIdInput>
