import { PrebookError, type LoginInput, type SignedIn } from '@prebook/core'
import { findUserByEmail } from '@prebook/db'
import { requireTrustedOrigin, type RequestContext } from '../context.ts'
import { signIn } from './sign-in.ts'

/**
 * Signs in with e-mail address and password. Reveals that an account is deactivated only after the correct password.
 *
 * @throws PrebookError `RATE_LIMITED`, `AUTH_INVALID_CREDENTIALS`, `AUTH_ACCOUNT_DEACTIVATED`, `CSRF_REFUSED`
 */
export async function login(context: RequestContext, input: LoginInput): Promise<SignedIn> {
  const { store, passwords, throttles } = context.services
  // Otherwise another site could sign a visitor in to an attacker's account, or test passwords from the visitor's browser.
  if (input.session === 'cookie') requireTrustedOrigin(context)
  const succeeded = await throttles.login(context.request.address, input.email)
  const user = await store.read((reader) => findUserByEmail(reader, input.email))
  const matches = await passwords.verify(user?.password_hash ?? null, input.password)
  if (user === undefined || !matches) throw new PrebookError('AUTH_INVALID_CREDENTIALS')
  await succeeded()
  if (user.is_active === 0) throw new PrebookError('AUTH_ACCOUNT_DEACTIVATED')
  return signIn(context, user, input.session)
}
