import { PrebookError, type LoginInput, type SignedIn } from '@prebook/core'
import { findUserByEmail } from '@prebook/db'
import { requireTrustedOrigin, type RequestContext } from '../context.ts'
import { checkPassword } from './check-password.ts'
import { signIn } from './sign-in.ts'

/**
 * Signs in with e-mail address and password. Reveals that an account is deactivated only after the correct password.
 *
 * @throws PrebookError `RATE_LIMITED`, `AUTH_INVALID_CREDENTIALS`, `AUTH_ACCOUNT_DEACTIVATED`, `CSRF_REFUSED`,
 *   `STORE_BUSY`
 */
export async function login(context: RequestContext, input: LoginInput): Promise<SignedIn> {
  const startedAt = performance.now()
  const { store, passwords } = context.services
  // Otherwise another site could sign a visitor in to an attacker's account, or test passwords from the visitor's browser.
  if (input.session === 'cookie') requireTrustedOrigin(context)
  passwords.requireRoom()
  const user = await store.read((reader) => findUserByEmail(reader, input.email))
  const { matches, device } = await checkPassword(context, { ...input, user, startedAt })
  if (user === undefined || !matches) throw new PrebookError('AUTH_INVALID_CREDENTIALS')
  if (user.is_active === 0) throw new PrebookError('AUTH_ACCOUNT_DEACTIVATED')
  return signIn(context, user, input.session, device)
}
