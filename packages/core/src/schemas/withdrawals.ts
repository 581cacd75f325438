import { z } from 'zod'
import { limits } from '../limits.ts'
import { Book } from './books.ts'
import { Id, IsoTime, lineOfText } from './scalars.ts'

const bookId = Id.describe('The id of the book.')
const successorId = Id.nullish().describe(
  'The id of the book that replaces it, such as a new edition. It must not be withdrawn itself. On a withdrawn book, null removes the one that was named.',
)

/**
 * `books.withdraw`: the title will not come back. On a book that is withdrawn already, it only changes the successor; leave
 * `successorId` out to keep it.
 */
export const BookWithdrawInput = z.strictObject({
  bookId,
  successorId,
  note: lineOfText(limits.note.max)
    .nullish()
    .describe('A sentence for the readers who wait, on one line. Their e-mail has it.'),
})
/** See {@link BookWithdrawInput}. */
export type BookWithdrawInput = z.output<typeof BookWithdrawInput>

/** The closing of a waitlist by a withdrawal. */
export const WithdrawnWaitlist = z.object({
  waitlistId: Id.describe('The id of the waitlist that the withdrawal closed.'),
  withdrawnAt: IsoTime.describe('The moment at which all pre-bookings on it were cancelled.'),
  cancelled: z.int().describe('How many pre-bookings were cancelled.'),
})
/** See {@link WithdrawnWaitlist}. */
export type WithdrawnWaitlist = z.infer<typeof WithdrawnWaitlist>

/** The result of a withdrawal. */
export const BookWithdrawal = z.object({
  book: Book.describe('The book after the withdrawal.'),
  waitlistClosed: WithdrawnWaitlist.nullable().describe(
    'The waitlist that was closed. Null if there was none, and if the book was withdrawn already.',
  ),
})
/** See {@link BookWithdrawal}. */
export type BookWithdrawal = z.infer<typeof BookWithdrawal>

/** `books.previewWithdrawal`: the effect of a withdrawal, without making it. */
export const BookPreviewWithdrawalInput = z.strictObject({ bookId, successorId })
/** See {@link BookPreviewWithdrawalInput}. */
export type BookPreviewWithdrawalInput = z.output<typeof BookPreviewWithdrawalInput>

/** What a withdrawal would do now. */
export const BookWithdrawalPreview = z.object({
  bookId,
  waiting: z
    .int()
    .describe('How many pre-bookings the withdrawal would cancel. Each of their readers gets an e-mail.'),
  successor: Book.nullable().describe('The book that would replace it. Null if none would.'),
})
/** See {@link BookWithdrawalPreview}. */
export type BookWithdrawalPreview = z.infer<typeof BookWithdrawalPreview>

/** `books.reinstate`: a withdrawn book can be pre-booked again. Its cancelled pre-bookings stay cancelled. */
export const BookReinstateInput = z.strictObject({ bookId })
/** See {@link BookReinstateInput}. */
export type BookReinstateInput = z.output<typeof BookReinstateInput>
