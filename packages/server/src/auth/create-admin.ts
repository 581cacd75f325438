import { PrebookError, type User } from '@prebook/core'
import { insertUser } from '@prebook/db'
import type { Services } from '../services.ts'
import { presentUser } from '../users/present-user.ts'
import { newCredentials } from './new-credentials.ts'

/**
 * Creates an admin account. No API exposes this; only the operator of the machine can run it.
 *
 * @throws PrebookError `VALIDATION_ERROR`, `AUTH_EMAIL_TAKEN`
 */
export async function createAdmin(
  services: Services,
  account: { email: string; password: string },
): Promise<User> {
  const { email, password } = newCredentials(account)
  const passwordHash = await services.passwords.hash(password)
  const user = await services.store.write((tx) =>
    insertUser(tx, { email, passwordHash, role: 'admin', verified: true, now: services.now() }),
  )
  if (user === undefined) {
    throw new PrebookError('AUTH_EMAIL_TAKEN', {
      message:
        'An account with this e-mail address already exists. Use another address for the admin, or add --promote to make that account an admin.',
      field: 'email',
    })
  }
  return presentUser(user)
}
