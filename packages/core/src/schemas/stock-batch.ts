import { z } from 'zod'
import { reasons, type Reason } from '../errors.ts'
import { limits } from '../limits.ts'
import { Id, Isbn } from './scalars.ts'
import {
  IdempotencyKey,
  nullableBroadcast,
  StockDelta,
  StockNote,
  StockQuantity,
  StockTransition,
} from './stock.ts'

/** A line of `stock.batch`: one book by its id or ISBN, and either its new quantity or the difference. */
export const StockBatchLine = z
  .strictObject({
    bookId: Id.optional().describe('The id of the book. Not together with `isbn`.'),
    isbn: Isbn.optional().describe('The ISBN of the book, in any spelling. Not together with `bookId`.'),
    quantity: StockQuantity.optional().describe(
      'Copies in stock after the change. Not together with `delta`.',
    ),
    delta: StockDelta.optional().describe(
      'Copies to add; negative to remove copies. Not together with `quantity`.',
    ),
    expectedQuantity: StockQuantity.optional().describe(
      'Copies in stock that you know of. If there are more or fewer, the line is refused with `STOCK_CONFLICT`.',
    ),
    note: StockNote.nullish().describe('A note for the stock history, on one line.'),
    idempotencyKey: IdempotencyKey.optional().describe(
      'The key of this line alone. By default it follows from the key of the batch, if there is one.',
    ),
  })
  .refine(({ bookId, isbn }) => (bookId === undefined) !== (isbn === undefined), {
    error: 'Provide either the ID of the book or its ISBN.',
  })
  .refine(({ quantity, delta }) => (quantity === undefined) !== (delta === undefined), {
    error: 'Provide either quantity or delta.',
  })
/** See {@link StockBatchLine}. */
export type StockBatchLine = z.output<typeof StockBatchLine>

const { $schema: _dialect, ...lineSchema } = z.toJSONSchema(StockBatchLine, { io: 'input' })

/**
 * `stock.batch`: changes of many books, in their order. Each line is validated separately, so that an invalid line does not
 * hold up the others.
 */
export const StockBatchInput = z.strictObject({
  lines: z
    .array(z.custom<z.input<typeof StockBatchLine>>().meta(lineSchema))
    .min(1, 'Must contain at least one line.')
    .max(limits.stockBatch.max, `Must contain at most ${limits.stockBatch.max} lines.`)
    .describe('The changes, one book a line, in their order. A refused line does not hold up the others.'),
  idempotencyKey: IdempotencyKey.optional().describe(
    'Makes the batch safe to repeat: for 90 days, the same key with the same lines returns the original outcomes and changes ' +
      'nothing.',
  ),
  dryRun: z
    .boolean()
    .default(false)
    .describe(
      'Whether to return the outcome of each line without changing anything. Lines of one book follow each other as in a real run.',
    ),
})
/** See {@link StockBatchInput}. */
export type StockBatchInput = z.output<typeof StockBatchInput>

/** A line that was applied, whether or not it changed the quantity. In a dry run, a line that would be applied. */
export const StockLineChange = z.object({
  status: z.enum(['changed', 'unchanged']).describe('Whether the line changed the quantity.'),
  bookId: Id.describe('The id of the book.'),
  isbn: z.string().nullable().describe('The ISBN of the book as 13 digits. Null if it has none.'),
  title: z
    .string()
    .nullable()
    .default(null)
    .describe('The title of the book. Null if the outcome was stored by an earlier version.'),
  delta: z.int().describe('Copies added; negative if copies were removed.'),
  quantityAfter: z.int().describe('Copies in stock after the line.'),
  transition: StockTransition,
  movementId: Id.nullable().describe(
    'The id of the movement. Null if the quantity did not change, and in a dry run unless the line was applied before under its key.',
  ),
  broadcast: nullableBroadcast,
  wouldNotify: z
    .int()
    .nullable()
    .default(null)
    .describe(
      'In a dry run, how many readers the line would notify. Null in a real run, where `broadcast` says how many it notified.',
    ),
})
/** See {@link StockLineChange}. */
export type StockLineChange = z.infer<typeof StockLineChange>

/** A line that was refused and changed nothing. The lines after it were applied all the same. */
export const StockLineRefusal = z.object({
  status: z.literal('refused').describe('The line was refused and changed nothing.'),
  code: z.enum(Object.keys(reasons) as [Reason, ...Reason[]]).describe('The reason, as of a single change.'),
  message: z.string().describe('What is wrong with the line, for the user.'),
  field: z.string().nullable().describe('The field of the line. Null if it concerns the whole line.'),
})
/** See {@link StockLineRefusal}. */
export type StockLineRefusal = z.infer<typeof StockLineRefusal>

/** What came of one line. In a dry run, what would come of it. */
export const StockBatchOutcome = z.discriminatedUnion('status', [StockLineChange, StockLineRefusal])
/** See {@link StockBatchOutcome}. */
export type StockBatchOutcome = z.infer<typeof StockBatchOutcome>

/** The outcomes of all lines, in input order. */
export const StockBatchResult = z.object({
  outcomes: z.array(StockBatchOutcome).describe('One outcome for each line, in the same order.'),
})
/** See {@link StockBatchResult}. */
export type StockBatchResult = z.infer<typeof StockBatchResult>
