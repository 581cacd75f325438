import { createRequestContext, requireSignedIn, type SignedInContext } from '../context.ts'

/**
 * Checks again that the user who opened a stream is signed in and active.
 *
 * @throws PrebookError `AUTH_REQUIRED`, `AUTH_ACCOUNT_DEACTIVATED`
 */
export async function requireStillSignedIn({ services, request }: SignedInContext): Promise<SignedInContext> {
  return requireSignedIn(createRequestContext(services, request), false)
}
