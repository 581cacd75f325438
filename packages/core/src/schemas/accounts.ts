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
  id: Id.describe('The id of the account.'),
  email: z.string().describe('The e-mail address, in lower case.'),
  role: Role.describe('Staff run catalogue, stock and demand. Admins can do everything.'),
  isActive: z.boolean().describe('False if an admin deactivated the account.'),
  mailOptOut: z.boolean().describe('Whether the account opted out of e-mails about restocks.'),
  createdAt: IsoTime.describe('When the account was created.'),
})
/** See {@link User}. */
export type User = z.infer<typeof User>

/** An account after a change of its role or activity. */
export const ChangedUser = User.extend({
  activeTokens: z
    .int()
    .min(0)
    .describe(
      'How many of the tokens that it made still work. They stay, because tokens belong to the shop.',
    ),
})
/** See {@link ChangedUser}. */
export type ChangedUser = z.infer<typeof ChangedUser>

/** An account, as shown to its owner only. */
export const Account = User.extend({
  verifiedAt: IsoTime.nullable().describe('When the e-mail address was verified. Null until then.'),
  canVerify: z
    .boolean()
    .describe(
      'Whether a link to verify the address can be e-mailed: it is not verified, and the shop has a mail server.',
    ),
  locale: z.string().describe('The language of e-mails, such as `en`.'),
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
      'The new password. Not one of the 1,000 most common passwords, the e-mail address or its part before the at sign, one character repeated, or ' +
      'only white space.',
  })

/** How the session is delivered: as a token in the response, or as an HttpOnly cookie that scripts cannot read. */
const session = z
  .enum(['token', 'cookie'])
  .default('token')
  .describe('How the session is delivered: as a token, or as an HttpOnly cookie that scripts cannot read.')

/** The password of an account that exists. Rules for new passwords may have been weaker. */
const presentPassword = z.string().min(1).max(MAX_PASSWORD).describe('The password.')

/** `auth.register` */
export const RegisterInput = z.strictObject({ email: Email, password: NewPassword, session })
/** See {@link RegisterInput}. */
export type RegisterInput = z.output<typeof RegisterInput>

/** `auth.login` */
export const LoginInput = z.strictObject({
  email: AccountEmail,
  password: presentPassword,
  session,
})
/** See {@link LoginInput}. */
export type LoginInput = z.output<typeof LoginInput>

/** Longer than the token of any link. */
const MAX_LINK_TOKEN = 700

/** The token of a link in an e-mail. */
export const LinkToken = z
  .string()
  .min(1)
  .max(MAX_LINK_TOKEN)
  .describe('The token in the link of the e-mail.')

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
export const SignedIn = z.object({
  token: z
    .string()
    .nullable()
    .describe(
      'The token of the session. Null if the session is in a cookie. The client stores it in its `storage`.',
    ),
  expiresAt: IsoTime.describe('When the session ends.'),
  user: User.describe('The account.'),
})
/** See {@link SignedIn}. */
export type SignedIn = z.infer<typeof SignedIn>

/** The result of a procedure that returns no data. A `void` output would become `never` in the client. */
export const Done = z.object({
  ok: z.literal(true).describe('Always true. A refusal is an error.'),
})

/** `account.update` */
export const AccountUpdateInput = z.strictObject({
  mailOptOut: z.boolean().describe('True opts out of e-mails about restocks, false opts in again.'),
})
/** See {@link AccountUpdateInput}. */
export type AccountUpdateInput = z.output<typeof AccountUpdateInput>

/** `account.changePassword` */
export const PasswordChangeInput = z.strictObject({
  currentPassword: presentPassword.describe('The current password.'),
  newPassword: NewPassword,
})
/** See {@link PasswordChangeInput}. */
export type PasswordChangeInput = z.output<typeof PasswordChangeInput>

/** `account.changeEmail` */
export const EmailChangeInput = z.strictObject({
  email: Email,
  password: presentPassword,
})
/** See {@link EmailChangeInput}. */
export type EmailChangeInput = z.output<typeof EmailChangeInput>

/** `account.erase`: the password, if the account has one. */
export const AccountEraseInput = z.strictObject({
  password: presentPassword.optional().describe('The password. Required if the account has one.'),
})
/** See {@link AccountEraseInput}. */
export type AccountEraseInput = z.output<typeof AccountEraseInput>

/** A session of the signed-in account. Its id is random and reveals nothing about its token. */
export const Session = z.object({
  id: Id.describe('The id of the session. It reveals nothing about the token.'),
  current: z.boolean().describe('Whether it is the session of this request.'),
  agent: z
    .string()
    .nullable()
    .describe('The kind of browser or program that used it last, such as Firefox on Linux. Null if unknown.'),
  createdAt: IsoTime.describe('When you signed in.'),
  lastUsedAt: IsoTime.describe('The hour of the last use.'),
  expiresAt: IsoTime.describe('When the session ends.'),
})
/** See {@link Session}. */
export type Session = z.infer<typeof Session>

/** `account.sessions`: up to {@link MAX_SESSIONS}, the current one first, then the most recently used. */
export const SessionList = z.object({ items: z.array(Session).describe('The sessions.') })
/** See {@link SessionList}. */
export type SessionList = z.infer<typeof SessionList>

/** The sessions that `account.sessions` lists at most. */
export const MAX_SESSIONS = 100

/** `account.endSession` */
export const SessionIdInput = z.strictObject({ sessionId: Id.describe('The id of the session to end.') })
/** See {@link SessionIdInput}. */
export type SessionIdInput = z.output<typeof SessionIdInput>

const userId = Id.describe('The id of the account.')

/** `users.list`: accounts, newest first. `query` matches part of the e-mail address. */
export const UserListInput = z.strictObject({
  query: searchQuery(limits.email.max).optional().describe('A part of the e-mail address.'),
  role: Role.optional().describe('Only accounts with this role.'),
  isActive: z.boolean().optional().describe('Only active accounts, or with false only deactivated ones.'),
  ...pageInput,
})
/** See {@link UserListInput}. */
export type UserListInput = z.output<typeof UserListInput>

/** A page of accounts. */
export const UserPage = pageOf(User)
/** See {@link UserPage}. */
export type UserPage = z.infer<typeof UserPage>

/** `users.invite` */
export const UserInviteInput = z.strictObject({
  email: Email,
  role: Role.describe('The role that the invitation gives.'),
})
/** See {@link UserInviteInput}. */
export type UserInviteInput = z.output<typeof UserInviteInput>

/** An invitation. Accepting it gives the account the role. */
export const Invitation = z.object({
  userId: Id.describe('The id of the account.'),
  email: z.string().describe('The e-mail address that the invitation was sent to.'),
  role: Role.describe('The role that the account gets.'),
  expiresAt: IsoTime.describe('Until when the invitation can be accepted.'),
})
/** See {@link Invitation}. */
export type Invitation = z.infer<typeof Invitation>

/** `users.setRole` */
export const UserSetRoleInput = z.strictObject({ userId, role: Role.describe('The new role.') })
/** See {@link UserSetRoleInput}. */
export type UserSetRoleInput = z.output<typeof UserSetRoleInput>

/** The fields of `users.update`. */
export const UserChanges = z.strictObject({
  role: Role.optional().describe('The new role.'),
  isActive: z.boolean().optional().describe('False deactivates the account, true reactivates it.'),
})

/** `users.update`: the fields to change. */
export const UserUpdateInput = z
  .strictObject({ userId, ...UserChanges.shape })
  .refine(({ role, isActive }) => role !== undefined || isActive !== undefined, {
    error: 'Provide at least one field to change: role or isActive.',
  })
/** See {@link UserUpdateInput}. */
export type UserUpdateInput = z.output<typeof UserUpdateInput>

/** `users.deactivate`, `users.reactivate` */
export const UserIdInput = z.strictObject({ userId })
/** See {@link UserIdInput}. */
export type UserIdInput = z.output<typeof UserIdInput>
