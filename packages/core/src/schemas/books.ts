import { z } from 'zod'
import { DEFAULT_CURRENCY } from '../currency.ts'
import { FEED_DATE_FORMS, parseFeedDate } from '../feed-date.ts'
import { limits } from '../limits.ts'
import { AVAILABILITY_FORMS, parseAvailability, type Availability } from '../onix-availability.ts'
import { expectedOnShown, expectedPrecisionShown } from './expected-date.ts'
import { pageInput, pageOf } from './page.ts'
import { PrebookDetail } from './prebooks.ts'
import {
  CappedCount,
  Currency,
  exactlyOne,
  Id,
  Isbn,
  IsoTime,
  lineOfText,
  paragraphs,
  searchQuery,
} from './scalars.ts'
import { StockQuantity } from './stock.ts'

const PRICE =
  'The price in minor units of the currency of the shop: cents of EUR, whole JPY, thousandths of KWD.'

/** A title in the catalogue. A price is in minor units of the shop's one currency, whatever they are called there. */
export const Book = z.object({
  id: Id.describe('The id of the book.'),
  title: z.string().describe('The title.'),
  author: z.string().describe('The author, or several of them in one text.'),
  priceCents: z.int().describe(PRICE),
  // Answers that were kept under an idempotency key before prices had a currency lack it.
  currency: Currency.default(DEFAULT_CURRENCY).describe(
    'The currency of the price, as its ISO 4217 code. It is that of the shop.',
  ),
  isbn: z.string().nullable().describe('The ISBN as 13 digits without hyphens. Null if the book has none.'),
  description: z.string().nullable().describe('A text about the book. Null if there is none.'),
  stockQuantity: z.int().describe('Copies in stock.'),
  inStock: z
    .boolean()
    .describe('Whether `stockQuantity` is above 0. Only a book that is out of stock can be pre-booked.'),
  // Answers that were kept under an idempotency key by earlier versions lack the next four.
  withdrawnAt: IsoTime.nullable()
    .default(null)
    .describe(
      'When the shop withdrew it: once sold out, it will not come back and cannot be pre-booked. Null if it was not withdrawn.',
    ),
  successorId: Id.nullable()
    .default(null)
    .describe(
      'The id of the book that replaces it, such as a new edition. Null unless it was withdrawn and has one.',
    ),
  expectedOn: expectedOnShown.describe(
    'When it is expected in stock: `2027-03-12`, `2027-03` or `2027-spring`. Null if that is unknown or past.',
  ),
  expectedPrecision: expectedPrecisionShown,
  createdAt: IsoTime.describe('When the book was added.'),
  updatedAt: IsoTime.describe('When the book changed last.'),
})
/** See {@link Book}. */
export type Book = z.infer<typeof Book>

const title = lineOfText(limits.title.max).describe('The title. Line breaks become spaces.')
const author = lineOfText(limits.author.max).describe(
  'The author, or several of them. Line breaks become spaces.',
)
const priceCents = z
  .int()
  .min(limits.price.min, 'Must be more than 0.')
  .max(limits.price.max, 'Must be at most 9,007,199,254,740,991 in the smallest unit of the currency.')
  .describe(PRICE)
const isbn = Isbn.describe(
  'An ISBN-10 or ISBN-13 with a valid check digit, with or without hyphens and spaces.',
)
const description = paragraphs(limits.description.max).describe(
  'A text about the book, with several lines if you like. Text beyond 5,000 characters is cut and ends with an ellipsis.',
)

/** `books.create`. A `stockQuantity` above 0 becomes the book's first stock movement. */
export const BookCreateInput = z.strictObject({
  title,
  author,
  priceCents,
  isbn: isbn.nullish(),
  description: description.nullish(),
  stockQuantity: StockQuantity.default(0).describe('Copies in stock. The first stock movement, if above 0.'),
})
/** See {@link BookCreateInput}. */
export type BookCreateInput = z.output<typeof BookCreateInput>

/** The fields of `books.update`. */
export const BookChanges = z.strictObject({
  title: title.optional(),
  author: author.optional(),
  priceCents: priceCents.optional(),
  isbn: isbn
    .nullable()
    .optional()
    .describe('An ISBN-10 or ISBN-13 with a valid check digit, with or without hyphens. Null removes it.'),
  description: description
    .nullable()
    .optional()
    .describe(
      'A text about the book, with several lines if you like. Text beyond 5,000 characters is cut and ends with an ellipsis. Null removes it.',
    ),
})

/** `books.update`: the fields to change. Null clears an optional field. Stock has its own procedures. */
export const BookUpdateInput = z
  .strictObject({ bookId: Id.describe('The id of the book to change.'), ...BookChanges.shape })
  .refine(({ bookId: _, ...fields }) => Object.values(fields).some((value) => value !== undefined), {
    error: 'Provide at least one field to change: title, author, priceCents, isbn or description.',
  })
/** See {@link BookUpdateInput}. */
export type BookUpdateInput = z.output<typeof BookUpdateInput>

/** `books.get`: a book by its id or its ISBN. */
export const BookGetInput = z
  .strictObject({
    bookId: Id.optional().describe('The id of the book. Not together with `isbn`.'),
    isbn: isbn.optional().describe('The ISBN of the book, in any spelling. Not together with `bookId`.'),
  })
  .superRefine(exactlyOne('bookId', 'isbn')) as z.ZodType<
  { bookId: number; isbn?: undefined } | { bookId?: undefined; isbn: string },
  { bookId: number; isbn?: undefined } | { bookId?: undefined; isbn: string }
>
/** See {@link BookGetInput}. */
export type BookGetInput = z.output<typeof BookGetInput>

/** `books.waitlist` */
export const BookWaitlistInput = z.strictObject({ bookId: Id.describe('The id of the book.') })
/** See {@link BookWaitlistInput}. */
export type BookWaitlistInput = z.output<typeof BookWaitlistInput>

/** The number of readers waiting for a book, and the caller's own waiting pre-booking, if any. */
export const BookWaitlist = z.object({
  bookId: Id.describe('The id of the book.'),
  inStock: z.boolean().describe('Whether copies are in stock. Then the book cannot be pre-booked.'),
  waiting: CappedCount.describe('Readers waiting: exact up to 1,000, then `1000+`.'),
  mine: PrebookDetail.nullable().describe('Your own waiting pre-booking. Null if you are not waiting.'),
})
/** See {@link BookWaitlist}. */
export type BookWaitlist = z.infer<typeof BookWaitlist>

/** `books.list`: the catalogue, by title. `query` searches title, author and ISBN. */
export const BookListInput = z.strictObject({
  query: searchQuery(limits.search.max)
    .optional()
    .describe(
      'Words to search for in title, author and ISBN; the last may be the beginning of a word. The ISBN of a book, in any spelling, finds that book.',
    ),
  inStock: z.boolean().optional().describe('Only books in stock, or with false only books out of stock.'),
  ...pageInput,
})
/** See {@link BookListInput}. */
export type BookListInput = z.output<typeof BookListInput>

/** A page of the catalogue. */
export const BookPage = pageOf(Book).extend({
  showingResultsFor: z
    .string()
    .nullable()
    .describe(
      'The words that the results are for, when no book has those of the query and one typing error in a word was corrected. Otherwise null.',
    ),
})
/** See {@link BookPage}. */
export type BookPage = z.infer<typeof BookPage>

const feedDate = z
  .string()
  .max(40)
  .transform((text, context): string => {
    const date = parseFeedDate(text)
    if (date !== null) return date
    context.addIssue({ code: 'custom', message: FEED_DATE_FORMS })
    return z.NEVER
  })

const feedAvailability = z
  .string()
  .max(40)
  .transform((text, context): Availability => {
    const availability = parseAvailability(text)
    if (availability !== null) return availability
    context.addIssue({ code: 'custom', message: AVAILABILITY_FORMS })
    return z.NEVER
  })

/**
 * A row of `books.import`: a `books.create` input with a required ISBN, which identifies an existing book. Such a row may leave out
 * title, author and price; see `issuesOfNewBook`. The stock quantity applies to new books only. Existing books keep their
 * stock, so that an import can be repeated.
 */
export const BookImportRow = BookCreateInput.extend({
  title: title
    .optional()
    .describe('The title. Required for a new book; without it, a book that exists keeps its own.'),
  author: author
    .optional()
    .describe(
      'The author, or several of them. Required for a new book; without it, a book that exists keeps its own.',
    ),
  priceCents: priceCents
    .optional()
    .describe(`${PRICE} Required for a new book; without it, a book that exists keeps its own.`),
  isbn: isbn.describe('The ISBN, in any spelling. It identifies a book that exists.'),
  stockQuantity: StockQuantity.optional().describe(
    'Copies in stock of a new book; 0 without it. Existing books keep their stock.',
  ),
  expected: feedDate
    .nullable()
    .optional()
    .describe(
      'When it is expected: `2027-03-12`, `2027-03`, `2027-spring`, or as ONIX has it, `20270312` or `202703`. Null removes the date. ' +
        'Ignored for a withdrawn title.',
    ),
  availability: feedAvailability
    .optional()
    .describe(
      '`available`, `awaited` or `withdrawn`, or a code of ONIX list 65, such as `21` or `51`. A title that will not come is withdrawn; ' +
        '`available` reinstates it. The stock never changes.',
    ),
  successor: isbn
    .optional()
    .describe(
      'The ISBN of the title that replaces a withdrawn one, in any spelling. Only with an availability that withdraws.',
    ),
}).superRefine(({ availability, successor }, context) => {
  if (successor !== undefined && availability?.meaning !== 'withdrawn')
    context.addIssue({
      code: 'custom',
      path: ['successor'],
      message: 'Only a withdrawn title has a successor. Leave it out, or check the availability.',
    })
})
/** See {@link BookImportRow}. */
export type BookImportRow = z.output<typeof BookImportRow>

const { $schema: _dialect, ...rowSchema } = z.toJSONSchema(BookImportRow, {
  io: 'input',
  unrepresentable: 'any',
})

/** `books.import`. Each row is validated separately, so that an invalid row does not block the others. */
export const BookImportInput = z.strictObject({
  rows: z
    .array(z.custom<z.input<typeof BookImportRow>>().meta(rowSchema))
    .min(1, 'Must contain at least one row.')
    .max(limits.importRows.max, `Must contain at most ${limits.importRows.max} rows.`)
    .describe('The books, one a row. An invalid row does not block the others.'),
  dryRun: z
    .boolean()
    .default(false)
    .describe('Whether to return the outcome of each row without changing anything.'),
})
/** See {@link BookImportInput}. */
export type BookImportInput = z.output<typeof BookImportInput>

/** The outcome of one row. In a dry run, the outcome that it would have. */
export const BookImportOutcome = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.enum(['created', 'updated', 'unchanged']).describe('What became of the row.'),
    bookId: Id.nullable().describe('The id of the book. Null in a dry run if the book does not exist yet.'),
    isbn: z.string().describe('The ISBN of the book as 13 digits.'),
    cancelled: z
      .int()
      .nullable()
      .default(null)
      .describe(
        'Readers whose pre-booking was cancelled because the row withdrew the title. Null if it did not.',
      ),
    announcedTo: z
      .int()
      .nullable()
      .default(null)
      .describe('Readers who get an e-mail because the row changed the expected date. Null if it did not.'),
    reinstated: z
      .boolean()
      .default(false)
      .describe('Whether the row made a withdrawn title available again.'),
    stockKept: z
      .boolean()
      .default(false)
      .describe('Whether the book exists with another stock than that of the row, which it keeps.'),
  }),
  z.object({
    outcome: z.literal('invalid').describe('The row was refused and changed nothing.'),
    issues: z
      .array(
        z.object({
          path: z.string().describe('The field of the row; empty for the row as a whole.'),
          message: z.string().describe('What is wrong, for the user.'),
        }),
      )
      .describe('Every problem of the row.'),
  }),
])
/** See {@link BookImportOutcome}. */
export type BookImportOutcome = z.infer<typeof BookImportOutcome>

/** The outcomes of all rows, in input order. */
export const BookImportResult = z.object({
  outcomes: z.array(BookImportOutcome).describe('One outcome for each row, in the same order.'),
})
/** See {@link BookImportResult}. */
export type BookImportResult = z.infer<typeof BookImportResult>
