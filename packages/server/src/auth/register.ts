import { invalid, passwordProblem, PrebookError, type RegisterInput, type SignedIn } from '@prebook/core'
import { findUserByEmail, insertUser, type Tx } from '@prebook/db'
import { mailAccountLink } from '../account/mail-account-link.ts'
import { requireTrustedOrigin, type RequestContext } from '../context.ts'
import { isGuestRow } from '../guests/is-guest.ts'
import { signIn } from './sign-in.ts'

/**
 * Creates a reader account and signs it in. With a mail server, a link to prove the address is mailed, up to three times an
 * hour to one address: an account can be erased and registered again. A guest's address is taken like any other. Its holder is
 * mailed a link to set a password, within the same limit.
 *
 * @throws PrebookError `VALIDATION_ERROR`, `RATE_LIMITED`, `AUTH_EMAIL_TAKEN`, `CSRF_REFUSED`, `STORE_BUSY`
 */
export async function register(context: RequestContext, input: RegisterInput): Promise<SignedIn> {
  const startedAt = performance.now()
  const { store, passwords, throttles, mail, mailThrottle, now } = context.services
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
  const { address } = context.request
  const countMail = mail.configured
    ? await mailThrottle.prepareRegistration({ address, email: input.email })
    : null
  const user = await store.write(
    async (tx) => {
      const added = await insertUser(tx, { email: input.email, passwordHash, role: 'reader', now: now() })
      if (added === undefined) {
        if (countMail !== null && (await mailGuest(tx, input.email, now()))) await countMail(tx)
        return undefined
      }
      await counted.succeed(tx)
      if (countMail !== null) {
        await countMail(tx)
        await mailAccountLink(tx, { kind: 'verify', user: added, now: now() })
      }
      return added
    },
    () => (countMail === null ? null : { kind: 'mail-queued' }),
  )
  if (user === undefined) throw new PrebookError('AUTH_EMAIL_TAKEN', { field: 'email' })
  return signIn(context, user, input.session, null)
}

/** Mails the holder of a guest's address a link to set a password. Returns whether it did. */
async function mailGuest(tx: Tx, email: string, now: number): Promise<boolean> {
  const user = await findUserByEmail(tx, email)
  if (user === undefined || user.is_active === 0 || !isGuestRow(user)) return false
  await mailAccountLink(tx, { kind: 'set-password', user, now })
  return true
}
