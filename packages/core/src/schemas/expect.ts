import { z } from 'zod'
import { parseExpectedDate } from '../expected-date.ts'
import { Book } from './books.ts'
import { ExpectedOn, ExpectedPrecision } from './expected-date.ts'
import { pageInput, pageOf } from './page.ts'
import { Id, IsoTime } from './scalars.ts'

/** `books.expect`: sets when a book is expected in stock. Null removes the date. */
export const BookExpectInput = z
  .strictObject({
    bookId: Id.describe('The id of the book.'),
    expectedOn: ExpectedOn.nullable().describe(
      'A day `2027-03-12`, a month `2027-03` or a season `2027-spring`. A winter ends in the following year. Null removes the date.',
    ),
    precision: ExpectedPrecision.optional().describe(
      'How exactly the date is known. It follows from the form of `expectedOn`, and is refused if it contradicts that.',
    ),
  })
  .superRefine(({ expectedOn, precision }, context) => {
    if (precision === undefined) return
    const form = expectedOn === null ? null : parseExpectedDate(expectedOn)?.precision
    // A malformed date is reported as such.
    if (form === precision || form === undefined) return
    const message =
      form === null ? 'Must be left out without a date.' : `Must be ${form}, which is the form of expectedOn.`
    context.addIssue({ code: 'custom', path: ['precision'], message })
  })
/** See {@link BookExpectInput}. */
export type BookExpectInput = z.output<typeof BookExpectInput>

/** News for everybody who waits for a book. It is e-mailed once it has not changed for a while. */
export const Announcement = z.object({
  id: Id.describe('The id of the announcement.'),
  settlesAt: IsoTime.describe('When it is e-mailed, unless the date changes again before.'),
  waiting: z.int().describe('How many readers wait for the book.'),
})
/** See {@link Announcement}. */
export type Announcement = z.infer<typeof Announcement>

/** The result of `books.expect`. */
export const BookExpected = z.object({
  book: Book.describe('The book after the change.'),
  announcement: Announcement.nullable().describe(
    'The e-mail to the readers who wait. Null if none waits, or if they have nothing new to read.',
  ),
})
/** See {@link BookExpected}. */
export type BookExpected = z.infer<typeof BookExpected>

/** `books.overdue`: sold-out books whose expected date is past, longest overdue first. */
export const BookOverdueInput = z.strictObject({
  bookId: Id.optional().describe('Only this book.'),
  ...pageInput,
})
/** See {@link BookOverdueInput}. */
export type BookOverdueInput = z.output<typeof BookOverdueInput>

/** A sold-out book whose expected date is past. */
export const OverdueBook = z.object({
  bookId: Id.describe('The id of the book.'),
  bookTitle: z.string().describe('The title of the book.'),
  bookAuthor: z.string().describe('The author of the book.'),
  isbn: z.string().nullable().describe('The ISBN of the book as 13 digits. Null if it has none.'),
  expectedOn: z.string().describe('When it was expected: `2026-03-12`, `2026-03` or `2026-spring`.'),
  expectedPrecision: ExpectedPrecision.describe(
    'How exactly that was known: to the day, the month or the season.',
  ),
  waiting: z.int().describe('Readers waiting now.'),
})
/** See {@link OverdueBook}. */
export type OverdueBook = z.infer<typeof OverdueBook>

/** A page of overdue books. */
export const BookOverduePage = pageOf(OverdueBook)
/** See {@link BookOverduePage}. */
export type BookOverduePage = z.infer<typeof BookOverduePage>

/** What an announcement is about. */
export type AnnouncementKind = 'expected-date'

/** The dates in an announcement of a changed date; null for none. */
export const ExpectedDateNews = z.object({ from: z.string().nullable(), to: z.string().nullable() })
/** See {@link ExpectedDateNews}. */
export type ExpectedDateNews = z.infer<typeof ExpectedDateNews>
