import { z } from 'zod'
import { limits } from '../limits.ts'
import { pageInput, pageOf } from './page.ts'
import { Email, Id, IsoTime, searchQuery } from './scalars.ts'

/** The two roles. *Signed in* means either. */
export const Role = z.enum(['reader', 'admin'])
/** See {@link Role}. */
export type Role = z.infer<typeof Role>

/** An account, as its owner and admins see it. */
export const User = z.object({
  id: Id,
  email: z.string(),
  role: Role,
  isActive: z.boolean(),
  mailOptOut: z.boolean(),
  createdAt: IsoTime,
})
/** See {@link User}. */
export type User = z.infer<typeof User>

/** The most characters of a password: it keeps hashing cheap. */
const MAX_PASSWORD = limits.newPassword.max

/**
 * A new password. The least length is that of OWASP's authentication cheat sheet for accounts without a second factor
 * at its lowest. No rules on kinds of characters, as NIST SP 800-63B advises.
 */
export const NewPassword = z
  .string()
  .min(limits.newPassword.min, `Must have at least ${limits.newPassword.min} characters.`)
  .max(MAX_PASSWORD, `Must have at most ${MAX_PASSWORD} characters.`)
  .refine((text) => text.isWellFormed(), { error: 'Must be valid Unicode text.' })

/** How the caller keeps the session: a token in the answer, or an HttpOnly cookie that a page cannot read. */
const session = z.enum(['token', 'cookie']).default('token')

/** `auth.register` */
export const RegisterInput = z.strictObject({ email: Email, password: NewPassword, session })
/** See {@link RegisterInput}. */
export type RegisterInput = z.output<typeof RegisterInput>

/** `auth.login` */
export const LoginInput = z.strictObject({
  email: Email,
  password: z.string().min(1).max(MAX_PASSWORD),
  session,
})
/** See {@link LoginInput}. */
export type LoginInput = z.output<typeof LoginInput>

/** A fresh session. `token` is null when it went into a cookie. */
export const SignedIn = z.object({ token: z.string().nullable(), expiresAt: IsoTime, user: User })
/** See {@link SignedIn}. */
export type SignedIn = z.infer<typeof SignedIn>

/** What a procedure answers that has nothing to tell (a `void` output would become `never` for clients). */
export const Done = z.object({ ok: z.literal(true) })

/** `account.update` */
export const AccountUpdateInput = z.strictObject({ mailOptOut: z.boolean() })
/** See {@link AccountUpdateInput}. */
export type AccountUpdateInput = z.output<typeof AccountUpdateInput>

/** `users.list`: accounts, newest first, optionally only those whose address contains the text. */
export const UserListInput = z.strictObject({
  query: searchQuery(limits.email.max).optional(),
  role: Role.optional(),
  isActive: z.boolean().optional(),
  ...pageInput,
})
/** See {@link UserListInput}. */
export type UserListInput = z.output<typeof UserListInput>

/** A page of accounts. */
export const UserPage = pageOf(User)
/** See {@link UserPage}. */
export type UserPage = z.infer<typeof UserPage>

/** `users.deactivate`, `users.reactivate` */
export const UserIdInput = z.strictObject({ userId: Id })
/** See {@link UserIdInput}. */
export type UserIdInput = z.output<typeof UserIdInput>
