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
  id: Id,
  name: z.string(),
  scopes: z.array(TokenScope),
  status: TokenStatus,
  /** The account that made the token. The token belongs to the shop and does not depend on the account. */
  createdBy: Id,
  /** The present address of that account; null when it was deleted. */
  createdByEmail: z.string().nullable(),
  createdAt: IsoTime,
  /** When it stops working; null if never. */
  expiresAt: IsoTime.nullable(),
  /** The minute of the last use; null if never used. */
  lastUsedAt: IsoTime.nullable(),
  revokedAt: IsoTime.nullable(),
  /** Until when the token from before the last rotation works as well; null if only one works. */
  overlapEndsAt: IsoTime.nullable(),
})
/** See {@link ApiToken}. */
export type ApiToken = z.infer<typeof ApiToken>

/** A new token. `token` is its text, which cannot be read again. */
export const NewApiToken = ApiToken.extend({ token: z.string() })
/** See {@link NewApiToken}. */
export type NewApiToken = z.infer<typeof NewApiToken>

const expiresInDays = z
  .int('Must be a whole number.')
  .min(limits.tokenDays.min, `Must be at least ${limits.tokenDays.min}.`)
  .max(limits.tokenDays.max, `Must be at most ${limits.tokenDays.max.toLocaleString('en')}.`)

/** `tokens.create`. Without `expiresInDays`, the token works until it is revoked. */
export const TokenCreateInput = z.strictObject({
  name: lineOfText(limits.tokenName.max),
  /** Without any scope, the token can do nothing. */
  scopes: z
    .array(TokenScope)
    .max(TokenScope.options.length)
    .refine((scopes) => new Set(scopes).size === scopes.length, { error: 'Must not repeat a scope.' }),
  expiresInDays: expiresInDays.optional(),
})
/** See {@link TokenCreateInput}. */
export type TokenCreateInput = z.output<typeof TokenCreateInput>

/** `tokens.list`: tokens, newest first. */
export const TokenListInput = z.strictObject({
  /** Only those that an account made. */
  createdBy: Id.optional(),
  /** Only those that work, or only those that do not. */
  isActive: z.boolean().optional(),
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
  /** How long the present token keeps working next to the new one. With 0, it stops at once. */
  overlapHours: z
    .int('Must be a whole number.')
    .min(0, 'Must be at least 0.')
    .max(limits.overlapHours.max, `Must be at most ${limits.overlapHours.max}.`),
  /** Renews the expiry, from now on. Without it, the expiry stays. */
  expiresInDays: expiresInDays.optional(),
})

/**
 * `tokens.rotate`: replaces the text of a token. Id, name and scopes stay. At most two texts work at a time: another rotation
 * ends an earlier overlap.
 */
export const TokenRotateInput = z.strictObject({ tokenId: Id, ...TokenRotation.shape })
/** See {@link TokenRotateInput}. */
export type TokenRotateInput = z.output<typeof TokenRotateInput>

/** `tokens.revoke`: ends a token for good. */
export const TokenIdInput = z.strictObject({ tokenId: Id })
/** See {@link TokenIdInput}. */
export type TokenIdInput = z.output<typeof TokenIdInput>
