import type { PrebookChallenge } from '@prebook/core'
import type { RequestContext } from '../context.ts'

export async function prebookChallenge({ services }: RequestContext): Promise<PrebookChallenge> {
  return { challenge: services.now() > 0 ? null : '' }
}
