import { z } from 'zod'
import { limits } from '../limits.ts'
import { pageInput, pageOf } from './page.ts'
import { PrebookDetail } from './prebooks.ts'
import { CappedCount, Id, Isbn, IsoTime, lineOfText, paragraphs, searchQuery } from './scalars.ts'
import { StockQuantity } from './stock.ts'

/** A title in the catalogue. Prices are integer cents. */
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

/** `books.create`. A `stockQuantity` above 0 becomes the book's first stock movement. */
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

/** The fields of `books.update`. */
export const BookChanges = z.strictObject({
  title: title.optional(),
  author: author.optional(),
  priceCents: priceCents.optional(),
  isbn: Isbn.nullable().optional(),
  description: description.nullable().optional(),
})

/** `books.update`: the fields to change. Null clears an optional field. Stock has its own procedures. */
export const BookUpdateInput = z
  .strictObject({ bookId: Id, ...BookChanges.shape })
  .refine(({ bookId: _, ...fields }) => Object.values(fields).some((value) => value !== undefined), {
    error: 'Provide at least one field to change: title, author, priceCents, isbn or description.',
  })
/** See {@link BookUpdateInput}. */
export type BookUpdateInput = z.output<typeof BookUpdateInput>

/** `books.get`: a book by its id or its ISBN. */
export const BookGetInput = z.union([z.strictObject({ bookId: Id }), z.strictObject({ isbn: Isbn })], {
  error: 'Provide either bookId (a whole number from 1) or isbn (a valid ISBN-10 or ISBN-13).',
})
/** See {@link BookGetInput}. */
export type BookGetInput = z.output<typeof BookGetInput>

/** `books.waitlist` */
export const BookWaitlistInput = z.strictObject({ bookId: Id })
/** See {@link BookWaitlistInput}. */
export type BookWaitlistInput = z.output<typeof BookWaitlistInput>

/** The number of readers waiting for a book, and the caller's own waiting prebook, if any. */
export const BookWaitlist = z.object({
  bookId: Id,
  inStock: z.boolean(),
  waiting: CappedCount,
  mine: PrebookDetail.nullable(),
})
/** See {@link BookWaitlist}. */
export type BookWaitlist = z.infer<typeof BookWaitlist>

/** `books.list`: the catalogue, by title. `query` searches title, author and ISBN. */
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
 * A row of `books.import`: a `books.create` input with a required ISBN, which identifies an existing book. The stock quantity
 * applies to new books only. Existing books keep their stock, so that an import can be repeated.
 */
export const BookImportRow = BookCreateInput.extend({ isbn: Isbn })
/** See {@link BookImportRow}. */
export type BookImportRow = z.output<typeof BookImportRow>

/** `books.import`. Each row is validated separately, so that an invalid row does not block the others. */
export const BookImportInput = z.strictObject({
  rows: z
    .array(z.custom<z.input<typeof BookImportRow>>())
    .min(1, 'Must contain at least one row.')
    .max(limits.importRows.max, `Must contain at most ${limits.importRows.max} rows.`),
  /** Reports the outcome of each row without changing anything. */
  dryRun: z.boolean().default(false),
})
/** See {@link BookImportInput}. */
export type BookImportInput = z.output<typeof BookImportInput>

/** The outcome of one row. In a dry run, the outcome that it would have. */
export const BookImportOutcome = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.enum(['created', 'updated', 'unchanged']),
    /** Null in a dry run if the book does not exist yet. */
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

/** The outcomes of all rows, in input order. */
export const BookImportResult = z.object({ outcomes: z.array(BookImportOutcome) })
/** See {@link BookImportResult}. */
export type BookImportResult = z.infer<typeof BookImportResult>
