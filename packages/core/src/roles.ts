import { PrebookError } from './errors.ts'
import type { Role } from './schemas/accounts.ts'
import type { TokenScope } from './schemas/tokens.ts'

/** Every role, with what it includes: an admin may do everything that staff may, and staff everything that readers may. */
const included: Record<Role, readonly Role[]> = {
  reader: ['reader'],
  staff: ['reader', 'staff'],
  admin: ['reader', 'staff', 'admin'],
}

/** Whether a role is, or includes, another one. */
export function hasRole(role: Role, required: Role): boolean {
  return included[role].includes(required)
}

/**
 * Requires a role or one that includes it.
 *
 * @throws PrebookError `AUTH_FORBIDDEN`, with a message that names the required role
 */
export function requireRole(role: Role, required: 'staff' | 'admin'): void {
  if (hasRole(role, required)) return
  throw new PrebookError('AUTH_FORBIDDEN', {
    message: required === 'admin' ? 'Only admins can do this.' : 'Only staff and admins can do this.',
  })
}

/**
 * Requires a scope of a token.
 *
 * @throws PrebookError `AUTH_SCOPE_MISSING`, with a message that names the scope
 */
export function requireScope(scopes: readonly TokenScope[], required: TokenScope): void {
  if (scopes.includes(required)) return
  throw new PrebookError('AUTH_SCOPE_MISSING', {
    message: `This token lacks the scope ${required}. Use a token that has it.`,
  })
}

/** The one of two roles that includes the other. */
export function higherRole(one: Role, other: Role): Role {
  return hasRole(one, other) ? one : other
}

/** Whether a role may see the e-mail addresses of other people. */
export function seesAddresses(role: Role): boolean {
  return role === 'admin'
}

type AccountStanding = { role: Role; isActive: boolean }

/**
 * Requires that an active admin is left after a change of an account, because only an admin can appoint another one.
 *
 * @param after null when the account is erased
 * @param otherAdmin whether another account is an active admin
 * @throws PrebookError `USER_LAST_ADMIN`
 */
export function assertAdminLeft(
  before: AccountStanding,
  after: AccountStanding | null,
  otherAdmin: boolean,
): void {
  const isAdmin = (standing: AccountStanding | null) => standing?.role === 'admin' && standing.isActive
  if (!isAdmin(before) || isAdmin(after) || otherAdmin) return
  throw new PrebookError('USER_LAST_ADMIN', after === null ? {} : { field: 'userId' })
}
