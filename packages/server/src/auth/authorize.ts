import { requireRole, requireScope, seesAddresses, tokenScopes, type TokenScope } from '@prebook/core'
import type { Actor } from '../context.ts'

/**
 * Requires that an account has the role, or a token the scope, for what the scope allows.
 *
 * @throws PrebookError `AUTH_FORBIDDEN`, `AUTH_SCOPE_MISSING`
 */
export function authorize(actor: Actor, scope: TokenScope): void {
  if (actor.kind === 'token') requireScope(actor.scopes, scope)
  else requireRole(actor.user.role, tokenScopes[scope].role)
}

/** Whether a list that staff may read shows its addresses. To tokens it shows none. */
export function actorSeesAddresses(actor: Actor): boolean {
  return actor.kind === 'user' && seesAddresses(actor.user.role)
}
