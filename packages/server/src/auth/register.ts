import { invalid, passwordProblem, PrebookError, type RegisterInput, type SignedIn } from '@prebook/core'
import { insertUser } from '@prebook/db'
import { requireTrustedOrigin, type RequestContext } from '../context.ts'
import { signIn } from './sign-in.ts'

/**
 * Creates a reader account and signs it in.
 *
 * @throws PrebookError `VALIDATION_ERROR`, `RATE_LIMITED`, `AUTH_EMAIL_TAKEN`, `CSRF_REFUSED`
 */
export async function register(context: RequestContext, input: RegisterInput): Promise<SignedIn> {
  const { store, passwords, throttles, now } = context.services
  // Checked first: a rejected request must not leave an account behind.
  if (input.session === 'cookie') requireTrustedOrigin(context)
  const problem = passwordProblem(input.password, input.email)
  if (problem !== null) throw invalid('password', problem)
  await throttles.registration(context.request.address)
  const passwordHash = await passwords.hash(input.password)
  const user = await store.write((tx) =>
    insertUser(tx, { email: input.email, passwordHash, role: 'reader', now: now() }),
  )
  if (user === undefined) throw new PrebookError('AUTH_EMAIL_TAKEN', { field: 'email' })
  return signIn(context, user, input.session)
}
