import { z } from 'zod'
import { pageInput, pageOf } from './page.ts'
import { Id, IsoTime } from './scalars.ts'

const days = z.int().min(1).max(365).default(7)

/** What readers wait for, of one book: how many now, since when, and how many of them joined in the last days. */
export const Demand = z.object({
  waitlistId: Id,
  bookId: Id,
  bookTitle: z.string(),
  bookAuthor: z.string(),
  isbn: z.string().nullable(),
  waiting: z.int(),
  since: IsoTime,
  joinedLately: z.int(),
})
/** See {@link Demand}. */
export type Demand = z.infer<typeof Demand>

/** `demand.top`: the open waitlists, most wanted first. `days` is what *lately* means. */
export const DemandTopInput = z.strictObject({ limit: pageInput.limit, days })
/** See {@link DemandTopInput}. */
export type DemandTopInput = z.output<typeof DemandTopInput>

/** The most wanted books, those that nobody waits for left out, and how many people wait in all. */
export const DemandTop = z.object({ items: z.array(Demand), totalWaiting: z.int() })
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
