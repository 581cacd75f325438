import { z } from 'zod'
import { limits } from '../limits.ts'
import { expectedOnShown, expectedPrecisionShown } from './expected-date.ts'
import { pageInput, pageOf } from './page.ts'
import { Id, IsoTime } from './scalars.ts'

const days = z.int().min(1).max(limits.demandDays.max)

/** What counts as recent: `days`, or a day and all since. Not both. */
const period = {
  days: days
    .optional()
    .describe(
      'The number of days that count as recent, each of 24 hours. The last one ends now. 7 without it. Not together with `since`.',
    ),
  since: z.iso
    .date('Must be a day of the calendar, such as 2026-11-28.')
    .optional()
    .describe(
      'The first day that counts as recent, such as `2026-11-28`, in the time zone of the shop: at most 365 days ago.',
    ),
}

/** Refuses a period that is given twice. */
const onePeriod = {
  check: (input: { days?: number | undefined; since?: string | undefined }) =>
    input.days === undefined || input.since === undefined,
  params: { error: 'Use either days or since, not both.', path: ['since'] },
}

const joinedSince = IsoTime.describe(
  'When the recent time begins: with the first instant of the day `since`, or `days` times 24 hours ago.',
)

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
  joinedLately: z
    .int()
    .describe('Waiting readers who joined within the requested `days`, or on the day `since` or later.'),
  joinedByDay: z
    .array(z.int())
    .describe(
      '`joinedLately` by days of 24 hours, oldest first. The last one ends now, and the first one is shorter if `since` began within it.',
    ),
})
/** See {@link Demand}. */
export type Demand = z.infer<typeof Demand>

/**
 * `demand.top`: the open waitlists. `order` sorts by most readers waiting (`waiting`), longest wait (`since`) or most readers
 * who joined recently (`joinedLately`): within `days`, or since a calendar day in the time zone of the shop.
 */
export const DemandTopInput = z
  .strictObject({
    limit: pageInput.limit,
    ...period,
    order: z
      .enum(['waiting', 'since', 'joinedLately'])
      .default('waiting')
      .describe(
        'What to sort by: most readers waiting, the longest wait, or most recent readers: see `days` and `since`.',
      ),
  })
  .refine(onePeriod.check, onePeriod.params)
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
  joinedSince,
})
/** See {@link DemandTop}. */
export type DemandTop = z.infer<typeof DemandTop>

/** `demand.waitlist`: the readers waiting for one book, in queue order. */
export const DemandWaitlistInput = z.strictObject({
  bookId: Id.describe('The id of the book.'),
  days: days
    .default(limits.demandDays.default)
    .describe('The number of days that count as recent, each of 24 hours. The last one ends now.'),
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
).extend({ demand: Demand.describe('The demand for the book. On later pages, it may be some seconds old.') })
/** See {@link DemandWaitlistPage}. */
export type DemandWaitlistPage = z.infer<typeof DemandWaitlistPage>

/** A book to order: the demand for it, and how many copies. */
export const OrderLine = Demand.omit({ joinedByDay: true }).extend({
  copies: z
    .int()
    .describe('Copies to order: `waiting` divided by `readersPerCopy`, rounded up. The book has no stock.'),
})
/** See {@link OrderLine}. */
export type OrderLine = z.infer<typeof OrderLine>

const readersPerCopy = z.int().min(limits.readersPerCopy.min).max(limits.readersPerCopy.max)

/** `demand.orderList`: all books that readers wait for, most readers first, with how many copies to order. */
export const DemandOrderListInput = z
  .strictObject({
    readersPerCopy: readersPerCopy
      .optional()
      .describe('Waiting readers for whom one copy is ordered. The setting of the shop without it.'),
    ...period,
    ...pageInput,
  })
  .refine(onePeriod.check, onePeriod.params)
/** See {@link DemandOrderListInput}. */
export type DemandOrderListInput = z.output<typeof DemandOrderListInput>

/** A page of books to order, and the rule: one copy for every `readersPerCopy` waiting readers, rounded up. */
export const DemandOrderListPage = pageOf(OrderLine).extend({
  readersPerCopy: readersPerCopy.describe('Waiting readers for whom one copy is ordered.'),
  joinedSince,
})
/** See {@link DemandOrderListPage}. */
export type DemandOrderListPage = z.infer<typeof DemandOrderListPage>
