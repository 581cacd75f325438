import { invalid, passwordProblem, PrebookError, RegisterInput, type User } from '@prebook/core'
import { insertUser } from '@prebook/db'
import type { Services } from '../services.ts'
import { presentUser } from '../users/present-user.ts'
import { validationIssues } from '../validation-issues.ts'

/**
 * Creates an admin account. No API exposes this; only the operator of the machine can run it.
 *
 * @throws PrebookError `VALIDATION_ERROR`, `AUTH_EMAIL_TAKEN`
 */
export async function createAdmin(
  services: Services,
  account: { email: string; password: string },
): Promise<User> {
  const parsed = RegisterInput.safeParse(account)
  if (!parsed.success) {
    const [issue = { path: 'email', message: 'Must be an e-mail address.' }] = validationIssues(parsed.error)
    throw invalid(issue.path, issue.message)
  }
  const { email, password } = parsed.data
  const problem = passwordProblem(password, email)
  if (problem !== null) throw invalid('password', problem)
  const passwordHash = await services.passwords.hash(password)
  const user = await services.store.write((tx) =>
    insertUser(tx, { email, passwordHash, role: 'admin', now: services.now() }),
  )
  if (user === undefined) {
    throw new PrebookError('AUTH_EMAIL_TAKEN', {
      message: 'An account with this e-mail address already exists. Use another address for the admin.',
      field: 'email',
    })
  }
  return presentUser(user)
}
