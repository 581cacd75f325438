import { z } from 'zod'
import { Currency } from './scalars.ts'

/** What callers need to know of the shop itself. */
export const Shop = z.object({
  currency: Currency.describe('The currency of every price, as its ISO 4217 code.'),
})
/** See {@link Shop}. */
export type Shop = z.infer<typeof Shop>
