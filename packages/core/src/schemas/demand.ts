import { z } from 'zod'
import { limits } from '../limits.ts'
import { expectedOnShown, expectedPrecisionShown } from './expected-date.ts'
import { pageInput, pageOf } from './page.ts'
import { Id, IsoTime } from './scalars.ts'

const days = z
  .int()
  .min(1)
  .max(limits.demandDays.max)
  .default(limits.demandDays.default)
  .describe('The number of days that count as recent, each of 24 hours. The last one ends now.')

/**
 * The demand for one book: readers waiting now, since when, and how many of them joined in the last days, in total and by
 * day. Days are periods of 24 hours, oldest first; the last one ends now.
 */
export const Demand = z.object({
  waitlistId: Id.describe('The id of the waitlist.'),
  bookId: Id.describe('The id of the book.'),
  bookTitle: z.string().describe('The title of the book.'),
  bookAuthor: z.string().describe('The author of the book.'),
  isbn: z.string().nullable().describe('The ISBN of the book as 13 digits. Null if it has none.'),
  expectedOn: expectedOnShown.describe(
    'When it is expected in stock: `2027-03-12`, `2027-03` or `2027-spring`. Also shown when past. Null if unknown.',
  ),
  expectedPrecision: expectedPrecisionShown,
  overdue: z.boolean().describe('Whether the expected date is past.'),
  waiting: z.int().describe('Readers waiting now.'),
  since: IsoTime.describe('When the waitlist opened.'),
  joinedLately: z.int().describe('Waiting readers who joined within the requested `days`.'),
  joinedByDay: z
    .array(z.int())
    .describe('`joinedLately` by day, oldest first. The last day is the 24 hours up to now.'),
})
/** See {@link Demand}. */
export type Demand = z.infer<typeof Demand>

/**
 * `demand.top`: the open waitlists. `order` sorts by most readers waiting (`waiting`), longest wait (`since`) or most readers
 * who joined within `days` (`joinedLately`).
 */
export const DemandTopInput = z.strictObject({
  limit: pageInput.limit,
  days,
  order: z
    .enum(['waiting', 'since', 'joinedLately'])
    .default('waiting')
    .describe(
      'What to sort by: most readers waiting, the longest wait, or most readers who joined within `days`.',
    ),
})
/** See {@link DemandTopInput}. */
export type DemandTopInput = z.output<typeof DemandTopInput>

/**
 * The first books in the requested order, without books that have no waiting readers. The totals cover all books: readers
 * waiting, and how many of them joined on each of the last days.
 */
export const DemandTop = z.object({
  items: z
    .array(Demand)
    .describe('The first books in the requested order, without books that have no waiting readers.'),
  totalWaiting: z.int().describe('Readers waiting, for all books together.'),
  totalJoinedByDay: z
    .array(z.int())
    .describe('Waiting readers of all books by the day they joined, oldest first. The last day ends now.'),
})
/** See {@link DemandTop}. */
export type DemandTop = z.infer<typeof DemandTop>

/** `demand.waitlist`: the readers waiting for one book, in queue order. */
export const DemandWaitlistInput = z.strictObject({
  bookId: Id.describe('The id of the book.'),
  days,
  ...pageInput,
})
/** See {@link DemandWaitlistInput}. */
export type DemandWaitlistInput = z.output<typeof DemandWaitlistInput>

/** A page of waiting readers, and the demand for the book. `email` is null unless the caller is an admin. */
export const DemandWaitlistPage = pageOf(
  z.object({
    prebookId: Id.describe('The id of the pre-booking.'),
    userId: Id.describe('The id of the account of the reader.'),
    email: z.string().nullable().describe('The e-mail address of the reader. Null unless you are an admin.'),
    createdAt: IsoTime.describe('When the reader joined the waitlist.'),
  }),
).extend({ demand: Demand.describe('The demand for the book.') })
/** See {@link DemandWaitlistPage}. */
export type DemandWaitlistPage = z.infer<typeof DemandWaitlistPage>
