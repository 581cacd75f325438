import { z } from 'zod'
import { limits } from '../limits.ts'
import { pageInput, pageOf } from './page.ts'
import { Id, IsoTime } from './scalars.ts'

const days = z.int().min(1).max(limits.demandDays.max).default(limits.demandDays.default)

/**
 * What readers wait for, of one book: how many now, since when, and how many of them joined in the last days: in all, and
 * on each, oldest first; a day is 24 hours, and the last one ends now.
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
 * `demand.top`: the open waitlists in an order: `waiting` has the most wanted first, `since` the longest waited for,
 * `joinedLately` what most people have joined lately. `days` is what *lately* means.
 */
export const DemandTopInput = z.strictObject({
  limit: pageInput.limit,
  days,
  order: z.enum(['waiting', 'since', 'joinedLately']).default('waiting'),
})
/** See {@link DemandTopInput}. */
export type DemandTopInput = z.output<typeof DemandTopInput>

/**
 * The first books of the order, those that nobody waits for left out; and of all books together how many people wait, and
 * how many of them joined on each of the last days.
 */
export const DemandTop = z.object({
  items: z.array(Demand),
  totalWaiting: z.int(),
  totalJoinedByDay: z.array(z.int()),
})
/** See {@link DemandTop}. */
export type DemandTop = z.infer<typeof DemandTop>

/** `demand.waitlist`: who waits for one book, in the order of the queue. */
export const DemandWaitlistInput = z.strictObject({ bookId: Id, days, ...pageInput })
/** See {@link DemandWaitlistInput}. */
export type DemandWaitlistInput = z.output<typeof DemandWaitlistInput>

/** A page of those who wait, and the demand as a whole. */
export const DemandWaitlistPage = pageOf(
  z.object({ prebookId: Id, userId: Id, email: z.string(), createdAt: IsoTime }),
).extend({ demand: Demand })
/** See {@link DemandWaitlistPage}. */
export type DemandWaitlistPage = z.infer<typeof DemandWaitlistPage>
