import type { PrebookChallenge } from '@prebook/core'
import type { RequestContext } from '../context.ts'

/** A challenge to solve before a pre-booking is asked for by e-mail, or null if the shop asks for none. */
export async function prebookChallenge({ services }: RequestContext): Promise<PrebookChallenge> {
  return { challenge: await services.requestProof.challenge() }
}
