import { z } from 'zod'
import { limits } from '../limits.ts'
import { expectedOnShown, expectedPrecisionShown } from './expected-date.ts'
import { CappedCount, Id, Isbn } from './scalars.ts'

/** Whether a book can be bought or pre-booked: `unknown` is an ISBN that no book has. */
export const AvailabilityState = z.enum(['in-stock', 'sold-out', 'withdrawn', 'unknown'])
/** See {@link AvailabilityState}. */
export type AvailabilityState = z.infer<typeof AvailabilityState>

/** `books.availability` */
export const BookAvailabilityInput = z.strictObject({
  isbn: z
    .array(Isbn)
    .min(1)
    .max(limits.availability.max)
    .describe('The ISBNs of some books, in any spelling.'),
})
/** See {@link BookAvailabilityInput}. */
export type BookAvailabilityInput = z.output<typeof BookAvailabilityInput>

/** The availability of one book. */
export const BookAvailability = z.object({
  isbn: z.string().describe('The ISBN as 13 digits without hyphens.'),
  availability: AvailabilityState.describe(
    '`in-stock`: it can be bought. `sold-out`: it can be pre-booked. `withdrawn`: it is sold out and will not come back. `unknown`: no book has this ISBN.',
  ),
  bookId: Id.nullable().describe('The id of the book. Null if no book has this ISBN.'),
  title: z.string().nullable().describe('The title. Null if no book has this ISBN.'),
  waiting: CappedCount.describe('Readers waiting: exact up to 1,000, then `1000+`.'),
  expectedOn: expectedOnShown.describe(
    'When it is expected in stock: `2027-03-12`, `2027-03` or `2027-spring`. Null if that is unknown or past, or if it is not sold out.',
  ),
  expectedPrecision: expectedPrecisionShown,
})
/** See {@link BookAvailability}. */
export type BookAvailability = z.infer<typeof BookAvailability>

/** The availability of some books, each once, in the order of their ISBNs. */
export const BookAvailabilities = z.object({
  items: z.array(BookAvailability).describe('One entry for each ISBN, in the order of the ISBNs.'),
})
/** See {@link BookAvailabilities}. */
export type BookAvailabilities = z.infer<typeof BookAvailabilities>
