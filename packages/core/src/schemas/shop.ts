import { z } from 'zod'
import { Currency } from './scalars.ts'

/** What callers need to know of the shop itself. */
export const Shop = z.object({
  currency: Currency.describe('The currency of every price, as its ISO 4217 code.'),
  timeZone: z
    .string()
    .describe(
      'The time zone of the shop, a name of the IANA database such as `Europe/Berlin`. An expected date is past when its last day is over there.',
    ),
})
/** See {@link Shop}. */
export type Shop = z.infer<typeof Shop>
