import { z } from 'zod'
import { limits } from '../limits.ts'
import { passwordProblem } from '../password.ts'
import { pageInput, pageOf } from './page.ts'
import { AccountEmail, Email, Id, IsoTime, searchQuery } from './scalars.ts'

/**
 * The role of an account. Staff run catalogue, stock and demand and see no e-mail addresses but their own; admins do
 * everything.
 */
export const Role = z.enum(['reader', 'staff', 'admin'])
/** See {@link Role}. */
export type Role = z.infer<typeof Role>

/** An account, as shown to its owner and to admins. */
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

/** An account after a change of its role or activity. */
export const ChangedUser = User.extend({
  /** How many of the tokens that it made still work. They stay, because tokens belong to the shop. */
  activeTokens: z.int().min(0),
})
/** See {@link ChangedUser}. */
export type ChangedUser = z.infer<typeof ChangedUser>

/** An account, as shown to its owner only. */
export const Account = User.extend({
  /** When the address was verified; null until then. */
  verifiedAt: IsoTime.nullable(),
  /** Whether a link to verify the address can be e-mailed: it is not verified, and there is a mail server. */
  canVerify: z.boolean(),
  /** The language of e-mails. */
  locale: z.string(),
})
/** See {@link Account}. */
export type Account = z.infer<typeof Account>

/** Maximum length of a password. It bounds the cost of hashing. */
const MAX_PASSWORD = limits.newPassword.max

/**
 * A new password. The minimum length is the lowest that OWASP's authentication cheat sheet allows without a second factor.
 * There are no rules on kinds of characters, as NIST SP 800-63B advises. A use case that accepts one also compares it with
 * the account's address, see {@link passwordProblem}.
 */
export const NewPassword = z
  .string()
  .min(limits.newPassword.min, {
    error: `Must have at least ${limits.newPassword.min} characters.`,
    abort: true,
  })
  .max(MAX_PASSWORD, { error: `Must have at most ${MAX_PASSWORD} characters.`, abort: true })
  .refine((text) => text.isWellFormed(), { error: 'Must be valid Unicode text.', abort: true })
  .superRefine((text, context) => {
    const problem = passwordProblem(text, null)
    if (problem !== null) context.addIssue({ code: 'custom', message: problem })
  })
  .meta({
    description:
      'Not one of the 1,000 most common passwords, the e-mail address or the part before its @, one character repeated, or ' +
      'only white space.',
  })

/** How the session is delivered: as a token in the response, or as an HttpOnly cookie that scripts cannot read. */
const session = z.enum(['token', 'cookie']).default('token')

/** `auth.register` */
export const RegisterInput = z.strictObject({ email: Email, password: NewPassword, session })
/** See {@link RegisterInput}. */
export type RegisterInput = z.output<typeof RegisterInput>

/** `auth.login` */
export const LoginInput = z.strictObject({
  email: AccountEmail,
  password: z.string().min(1).max(MAX_PASSWORD),
  session,
})
/** See {@link LoginInput}. */
export type LoginInput = z.output<typeof LoginInput>

/** Longer than the token of any link. */
const MAX_LINK_TOKEN = 200

/** The token of a link in an e-mail. */
const LinkToken = z.string().min(1).max(MAX_LINK_TOKEN)

/** `auth.requestPasswordReset` */
export const PasswordResetRequestInput = z.strictObject({ email: AccountEmail })
/** See {@link PasswordResetRequestInput}. */
export type PasswordResetRequestInput = z.output<typeof PasswordResetRequestInput>

/** `auth.resetPassword` */
export const PasswordResetInput = z.strictObject({ token: LinkToken, password: NewPassword })
/** See {@link PasswordResetInput}. */
export type PasswordResetInput = z.output<typeof PasswordResetInput>

/** `auth.verifyEmail` */
export const EmailVerifyInput = z.strictObject({ token: LinkToken })
/** See {@link EmailVerifyInput}. */
export type EmailVerifyInput = z.output<typeof EmailVerifyInput>

/** `auth.acceptInvitation` */
export const InvitationAcceptInput = z.strictObject({ token: LinkToken, password: NewPassword })
/** See {@link InvitationAcceptInput}. */
export type InvitationAcceptInput = z.output<typeof InvitationAcceptInput>

/** A new session. `token` is null if the session is in a cookie. */
export const SignedIn = z.object({ token: z.string().nullable(), expiresAt: IsoTime, user: User })
/** See {@link SignedIn}. */
export type SignedIn = z.infer<typeof SignedIn>

/** The result of a procedure that returns no data. A `void` output would become `never` in the client. */
export const Done = z.object({ ok: z.literal(true) })

/** `account.update` */
export const AccountUpdateInput = z.strictObject({ mailOptOut: z.boolean() })
/** See {@link AccountUpdateInput}. */
export type AccountUpdateInput = z.output<typeof AccountUpdateInput>

/** `account.changePassword` */
export const PasswordChangeInput = z.strictObject({
  currentPassword: z.string().min(1).max(MAX_PASSWORD),
  newPassword: NewPassword,
})
/** See {@link PasswordChangeInput}. */
export type PasswordChangeInput = z.output<typeof PasswordChangeInput>

/** `account.changeEmail` */
export const EmailChangeInput = z.strictObject({
  email: Email,
  password: z.string().min(1).max(MAX_PASSWORD),
})
/** See {@link EmailChangeInput}. */
export type EmailChangeInput = z.output<typeof EmailChangeInput>

/** `account.erase`: the password, if the account has one. */
export const AccountEraseInput = z.strictObject({
  password: z.string().min(1).max(MAX_PASSWORD).optional(),
})
/** See {@link AccountEraseInput}. */
export type AccountEraseInput = z.output<typeof AccountEraseInput>

/** A session of the signed-in account. Its id is random and reveals nothing about its token. */
export const Session = z.object({
  id: Id,
  /** Whether it is the session of this request. */
  current: z.boolean(),
  /** The kind of browser or program that used it last, such as `Firefox on Linux`; null if unknown. */
  agent: z.string().nullable(),
  createdAt: IsoTime,
  /** The hour of the last use. */
  lastUsedAt: IsoTime,
  expiresAt: IsoTime,
})
/** See {@link Session}. */
export type Session = z.infer<typeof Session>

/** `account.sessions`: up to {@link MAX_SESSIONS}, the current one first, then the most recently used. */
export const SessionList = z.object({ items: z.array(Session) })
/** See {@link SessionList}. */
export type SessionList = z.infer<typeof SessionList>

/** The sessions that `account.sessions` lists at most. */
export const MAX_SESSIONS = 100

/** `account.endSession` */
export const SessionIdInput = z.strictObject({ sessionId: Id })
/** See {@link SessionIdInput}. */
export type SessionIdInput = z.output<typeof SessionIdInput>

/** `users.list`: accounts, newest first. `query` matches part of the e-mail address. */
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

/** `users.invite` */
export const UserInviteInput = z.strictObject({ email: Email, role: Role })
/** See {@link UserInviteInput}. */
export type UserInviteInput = z.output<typeof UserInviteInput>

/** An invitation. Accepting it gives the account the role. */
export const Invitation = z.object({ userId: Id, email: z.string(), role: Role, expiresAt: IsoTime })
/** See {@link Invitation}. */
export type Invitation = z.infer<typeof Invitation>

/** `users.setRole` */
export const UserSetRoleInput = z.strictObject({ userId: Id, role: Role })
/** See {@link UserSetRoleInput}. */
export type UserSetRoleInput = z.output<typeof UserSetRoleInput>

/** The fields of `users.update`. */
export const UserChanges = z.strictObject({ role: Role.optional(), isActive: z.boolean().optional() })

/** `users.update`: the fields to change. */
export const UserUpdateInput = z
  .strictObject({ userId: Id, ...UserChanges.shape })
  .refine(({ role, isActive }) => role !== undefined || isActive !== undefined, {
    error: 'Provide at least one field to change: role or isActive.',
  })
/** See {@link UserUpdateInput}. */
export type UserUpdateInput = z.output<typeof UserUpdateInput>

/** `users.deactivate`, `users.reactivate` */
export const UserIdInput = z.strictObject({ userId: Id })
/** See {@link UserIdInput}. */
export type UserIdInput = z.output<typeof UserIdInput>
