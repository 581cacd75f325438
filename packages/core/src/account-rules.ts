import { toAsciiDomain } from './email.ts'
import { invalid, PrebookError } from './errors.ts'
import { fold } from './fold.ts'
import { higherRole } from './roles.ts'
import type { Role } from './schemas/accounts.ts'

/** The refusal of a current password, in the input field that holds it. */
export function wrongPassword(field: string): PrebookError {
  return new PrebookError('AUTH_INVALID_CREDENTIALS', { message: 'The current password is wrong.', field })
}

/**
 * Requires that a new address differs from the present one.
 *
 * @throws PrebookError `VALIDATION_ERROR`
 */
export function assertNewAddress(email: string, current: string): void {
  if (email === current) throw invalid('email', 'This is already the address of your account.')
}

/**
 * Requires that an invitation to a role gives an account something.
 *
 * @throws PrebookError `VALIDATION_ERROR` when the account is deactivated, or has the role and a proven address
 */
export function assertInvitable(
  account: { role: Role; isActive: boolean; isVerified: boolean },
  role: Role,
): void {
  if (!account.isActive) throw invalid('email', 'This account is deactivated. Reactivate it first.')
  if (account.isVerified && higherRole(account.role, role) === account.role)
    throw invalid('email', 'This account has this role already.')
}

/** The refusal of a token that calls what only people may. */
export function personRequired(): PrebookError {
  return new PrebookError('AUTH_FORBIDDEN', {
    message: 'A token cannot do this. A person has to sign in for it.',
  })
}

/**
 * The text that a search for accounts looks for in their addresses. Addresses are stored with their domain in ASCII, so whole
 * labels of another one are converted.
 */
export function userSearchText(query: string): string {
  const at = query.lastIndexOf('@') + 1
  const domain = query.slice(at)
  const ascii = /\P{ASCII}/u.test(domain) ? toAsciiDomain(domain) : null
  return ascii === null ? fold(query) : fold(query.slice(0, at)) + ascii
}

/** Whether an account is a guest's: its address is proven, and it has no password, so it cannot be signed in to. */
export function isGuest(account: { role: Role; hasPassword: boolean; isVerified: boolean }): boolean {
  return account.role === 'reader' && !account.hasPassword && account.isVerified
}
