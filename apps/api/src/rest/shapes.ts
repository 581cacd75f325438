import { z } from 'zod'
import { IsoTime } from '@prebook/core'

/** The response to a sign-in, with the field names of OAuth 2.0 (RFC 6749, section 5.1). */
export const AccessToken = z.object({
  accessToken: z.string(),
  tokenType: z.literal('bearer'),
  expiresAt: IsoTime,
})

/** A request without fields, except for the id in its path. */
export const NoInput = z.strictObject({})
