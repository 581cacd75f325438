import { createRequestContext, requireSignedIn, type SignedInContext } from '../context.ts'

/**
 * Asks once more who it is that opened a stream: the session may have ended, or the account have been deactivated.
 *
 * @throws PrebookError `AUTH_REQUIRED`, `AUTH_ACCOUNT_DEACTIVATED`
 */
export async function requireStillSignedIn({ services, request }: SignedInContext): Promise<SignedInContext> {
  return requireSignedIn(createRequestContext(services, request), false)
}
