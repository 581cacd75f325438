import { invalid, passwordProblem, PrebookError, type RegisterInput, type SignedIn } from '@prebook/core'
import { insertUser } from '@prebook/db'
import { requireTrustedOrigin, type RequestContext } from '../context.ts'
import { signIn } from './sign-in.ts'

/**
 * Creates a reader account and signs it in.
 *
 * @throws PrebookError `VALIDATION_ERROR`, `RATE_LIMITED`, `AUTH_EMAIL_TAKEN`, `CSRF_REFUSED`, `STORE_BUSY`
 */
export async function register(context: RequestContext, input: RegisterInput): Promise<SignedIn> {
  const startedAt = performance.now()
  const { store, passwords, throttles, now } = context.services
  // Checked first: a rejected request must not leave an account behind.
  if (input.session === 'cookie') requireTrustedOrigin(context)
  const problem = passwordProblem(input.password, input.email)
  if (problem !== null) throw invalid('password', problem)
  passwords.requireRoom()
  const counted = await throttles.registration(context.request.address, input.email)
  const passwordHash = await passwords.hash(input.password, startedAt).catch(async (error: unknown) => {
    await counted.takeBack()
    throw error
  })
  const user = await store.write(async (tx) => {
    const added = await insertUser(tx, { email: input.email, passwordHash, role: 'reader', now: now() })
    if (added !== undefined) await counted.succeed(tx)
    return added
  })
  if (user === undefined) throw new PrebookError('AUTH_EMAIL_TAKEN', { field: 'email' })
  return signIn(context, user, input.session, null)
}
