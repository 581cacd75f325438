import { wrongPassword } from '@prebook/core'
import { checkPassword } from '../auth/check-password.ts'
import type { SignedInContext } from '../context.ts'

/** The password hash that was verified, and the device token of the account that the request carried, or null. */
export type ConfirmedPassword = { hash: string; device: string | null }

/**
 * Checks the password of the signed-in account. It counts as a sign-in.
 *
 * @param password.field the input field that holds it
 * @param startedAt when the request began, as `performance.now()`
 * @throws PrebookError `RATE_LIMITED`, `STORE_BUSY`, `AUTH_INVALID_CREDENTIALS` with the field
 */
export async function confirmPassword(
  context: SignedInContext,
  password: { text: string; field: string },
  startedAt: number,
): Promise<ConfirmedPassword> {
  const { user, services } = context
  services.passwords.requireRoom()
  const check = { email: user.email, user, password: password.text, startedAt }
  const { matches, device } = await checkPassword(context, check)
  if (!matches || user.password_hash === null) throw wrongPassword(password.field)
  return { hash: user.password_hash, device }
}
