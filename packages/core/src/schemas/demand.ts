import { z } from 'zod'
import { limits } from '../limits.ts'
import { pageInput, pageOf } from './page.ts'
import { Id, IsoTime } from './scalars.ts'

const days = z.int().min(1).max(limits.demandDays.max).default(limits.demandDays.default)

/**
 * The demand for one book: readers waiting now, since when, and how many of them joined in the last days, in total and by
 * day. Days are periods of 24 hours, oldest first; the last one ends now.
 */
export const Demand = z.object({
  waitlistId: Id,
  bookId: Id,
  bookTitle: z.string(),
  bookAuthor: z.string(),
  isbn: z.string().nullable(),
  waiting: z.int(),
  since: IsoTime,
  joinedLately: z.int(),
  joinedByDay: z.array(z.int()),
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
  order: z.enum(['waiting', 'since', 'joinedLately']).default('waiting'),
})
/** See {@link DemandTopInput}. */
export type DemandTopInput = z.output<typeof DemandTopInput>

/**
 * The first books in the requested order, without books that have no waiting readers. The totals cover all books: readers
 * waiting, and how many of them joined on each of the last days.
 */
export const DemandTop = z.object({
  items: z.array(Demand),
  totalWaiting: z.int(),
  totalJoinedByDay: z.array(z.int()),
})
/** See {@link DemandTop}. */
export type DemandTop = z.infer<typeof DemandTop>

/** `demand.waitlist`: the readers waiting for one book, in queue order. */
export const DemandWaitlistInput = z.strictObject({ bookId: Id, days, ...pageInput })
/** See {@link DemandWaitlistInput}. */
export type DemandWaitlistInput = z.output<typeof DemandWaitlistInput>

/** A page of waiting readers, and the demand for the book. `email` is null unless the caller is an admin. */
export const DemandWaitlistPage = pageOf(
  z.object({ prebookId: Id, userId: Id, email: z.string().nullable(), createdAt: IsoTime }),
).extend({ demand: Demand })
/** See {@link DemandWaitlistPage}. */
export type DemandWaitlistPage = z.infer<typeof DemandWaitlistPage>
