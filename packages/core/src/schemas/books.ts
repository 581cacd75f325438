import { z } from 'zod'
import { limits } from '../limits.ts'
import { pageInput, pageOf } from './page.ts'
import { PrebookDetail } from './prebooks.ts'
import { CappedCount, Id, Isbn, IsoTime, lineOfText, paragraphs, searchQuery } from './scalars.ts'
import { StockQuantity } from './stock.ts'

/** A title in the catalogue, as every door shows it. Money is integer cents. */
export const Book = z.object({
  id: Id,
  title: z.string(),
  author: z.string(),
  priceCents: z.int(),
  isbn: z.string().nullable(),
  description: z.string().nullable(),
  stockQuantity: z.int(),
  inStock: z.boolean(),
  createdAt: IsoTime,
  updatedAt: IsoTime,
})
/** See {@link Book}. */
export type Book = z.infer<typeof Book>

const title = lineOfText(limits.title.max)
const author = lineOfText(limits.author.max)
const priceCents = z
  .int()
  .min(limits.price.min, 'Must be at least 1 cent.')
  .max(limits.price.max, 'Must be at most 100,000.00.')
const description = paragraphs(limits.description.max)

/** `books.create`. `stockQuantity` above 0 is the book's first stock movement. */
export const BookCreateInput = z.strictObject({
  title,
  author,
  priceCents,
  isbn: Isbn.nullish(),
  description: description.nullish(),
  stockQuantity: StockQuantity.default(0),
})
/** See {@link BookCreateInput}. */
export type BookCreateInput = z.output<typeof BookCreateInput>

/** `books.update`: the fields to change; null clears what may be absent. Stock has its own procedures. */
export const BookUpdateInput = z
  .strictObject({
    bookId: Id,
    title: title.optional(),
    author: author.optional(),
    priceCents: priceCents.optional(),
    isbn: Isbn.nullable().optional(),
    description: description.nullable().optional(),
  })
  .refine(({ bookId: _, ...fields }) => Object.values(fields).some((value) => value !== undefined), {
    error: 'Name at least one field to change: title, author, priceCents, isbn or description.',
  })
/** See {@link BookUpdateInput}. */
export type BookUpdateInput = z.output<typeof BookUpdateInput>

/** `books.get`: a book by its id or by its ISBN. */
export const BookGetInput = z.union([z.strictObject({ bookId: Id }), z.strictObject({ isbn: Isbn })], {
  error: 'Give either bookId (a whole number from 1) or isbn (a valid ISBN-10 or ISBN-13).',
})
/** See {@link BookGetInput}. */
export type BookGetInput = z.output<typeof BookGetInput>

/** `books.waitlist` */
export const BookWaitlistInput = z.strictObject({ bookId: Id })
/** See {@link BookWaitlistInput}. */
export type BookWaitlistInput = z.output<typeof BookWaitlistInput>

/** How many wait for a book now, and the prebook with which whoever asks is one of them. */
export const BookWaitlist = z.object({
  bookId: Id,
  inStock: z.boolean(),
  waiting: CappedCount,
  mine: PrebookDetail.nullable(),
})
/** See {@link BookWaitlist}. */
export type BookWaitlist = z.infer<typeof BookWaitlist>

/** `books.list`: the catalogue by title, optionally searched in title, author and ISBN, and in stock or not. */
export const BookListInput = z.strictObject({
  query: searchQuery(limits.search.max).optional(),
  inStock: z.boolean().optional(),
  ...pageInput,
})
/** See {@link BookListInput}. */
export type BookListInput = z.output<typeof BookListInput>

/** A page of the catalogue. */
export const BookPage = pageOf(Book)
/** See {@link BookPage}. */
export type BookPage = z.infer<typeof BookPage>

/**
 * A row of `books.import`: as `books.create`, but never without an ISBN, which decides whether the book is new or known
 * already. Stock counts for a new book only: a known one keeps what it has, so that an import can be run again.
 */
export const BookImportRow = BookCreateInput.extend({ isbn: Isbn })
/** See {@link BookImportRow}. */
export type BookImportRow = z.output<typeof BookImportRow>

/** `books.import`. Rows are checked one by one, so that a bad one does not keep the others out. */
export const BookImportInput = z.strictObject({
  rows: z
    .array(z.custom<z.input<typeof BookImportRow>>())
    .min(1, 'Must hold at least one row.')
    .max(limits.importRows.max, `Must hold at most ${limits.importRows.max} rows.`),
  /** Tells what would come of each row, and changes nothing. */
  dryRun: z.boolean().default(false),
})
/** See {@link BookImportInput}. */
export type BookImportInput = z.output<typeof BookImportInput>

/** What came of one row, or would come of it. */
export const BookImportOutcome = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.enum(['created', 'updated', 'unchanged']),
    /** Null in a dry run for a book that is not there yet. */
    bookId: Id.nullable(),
    isbn: z.string(),
  }),
  z.object({
    outcome: z.literal('invalid'),
    issues: z.array(z.object({ path: z.string(), message: z.string() })),
  }),
])
/** See {@link BookImportOutcome}. */
export type BookImportOutcome = z.infer<typeof BookImportOutcome>

/** What came of the rows, in their order. */
export const BookImportResult = z.object({ outcomes: z.array(BookImportOutcome) })
/** See {@link BookImportResult}. */
export type BookImportResult = z.infer<typeof BookImportResult>
