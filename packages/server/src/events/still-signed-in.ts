import {
  createRequestContext,
  requireActor,
  requireSignedIn,
  type ActorContext,
  type RequestContext,
  type SignedInContext,
} from '../context.ts'

/**
 * Checks again that the user who opened a stream is signed in and active.
 *
 * @throws PrebookError `AUTH_REQUIRED`, `AUTH_ACCOUNT_DEACTIVATED`
 */
export async function requireStillSignedIn({ services, request }: RequestContext): Promise<SignedInContext> {
  return requireSignedIn(createRequestContext(services, request), false)
}

/**
 * Like {@link requireStillSignedIn}, of a stream that a token may have opened.
 *
 * @throws PrebookError `AUTH_REQUIRED`, `AUTH_ACCOUNT_DEACTIVATED`
 */
export async function requireStillActor({ services, request }: RequestContext): Promise<ActorContext> {
  return requireActor(createRequestContext(services, request), false)
}
