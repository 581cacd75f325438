import { z } from 'zod'
import { IsoTime } from '@prebook/core'

/** What REST answers to a sign-in, in the words of OAuth 2.0 (RFC 6749, section 5.1). */
export const AccessToken = z.object({
  accessToken: z.string(),
  tokenType: z.literal('bearer'),
  expiresAt: IsoTime,
})

/** A request that carries nothing beside its address. */
export const NoInput = z.strictObject({})
