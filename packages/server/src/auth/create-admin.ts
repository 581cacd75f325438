import { Email, invalid, NewPassword, PrebookError, type User } from '@prebook/core'
import { insertUser } from '@prebook/db'
import type { Services } from '../services.ts'
import { presentUser } from '../users/present-user.ts'

/**
 * Opens an admin's account. No door offers this: it is for whoever runs the machine.
 *
 * @throws PrebookError `VALIDATION_ERROR`, `AUTH_EMAIL_TAKEN`
 */
export async function createAdmin(
  services: Services,
  account: { email: string; password: string },
): Promise<User> {
  const email = Email.safeParse(account.email)
  if (!email.success) throw invalid('email', email.error.issues[0]?.message ?? 'Must be an e-mail address.')
  const password = NewPassword.safeParse(account.password)
  if (!password.success) {
    throw invalid('password', password.error.issues[0]?.message ?? 'Must be a password.')
  }
  const passwordHash = await services.passwords.hash(password.data)
  const user = await services.store.write((tx) =>
    insertUser(tx, { email: email.data, passwordHash, role: 'admin', now: services.now() }),
  )
  if (user === undefined) {
    throw new PrebookError('AUTH_EMAIL_TAKEN', {
      message: 'This e-mail address already has an account: choose another one for the admin.',
      field: 'email',
    })
  }
  return presentUser(user)
}
