import { z } from 'zod'
import { reasons, type Reason } from '../errors.ts'
import { limits } from '../limits.ts'
import { Id, Isbn } from './scalars.ts'
import { Broadcast, IdempotencyKey, StockDelta, StockNote, StockQuantity, StockTransition } from './stock.ts'

/** A line of `stock.batch`: one book by its id or ISBN, and either its new quantity or the difference. */
export const StockBatchLine = z
  .strictObject({
    bookId: Id.optional(),
    isbn: Isbn.optional(),
    quantity: StockQuantity.optional(),
    delta: StockDelta.optional(),
    note: StockNote.nullish(),
    /** Of this line alone. By default it follows from the key of the batch, if there is one. */
    idempotencyKey: IdempotencyKey.optional(),
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
    .max(limits.stockBatch.max, `Must contain at most ${limits.stockBatch.max} lines.`),
  /** Of the whole batch: repeated with the same lines, it changes nothing and returns the original outcomes. */
  idempotencyKey: IdempotencyKey.optional(),
})
/** See {@link StockBatchInput}. */
export type StockBatchInput = z.output<typeof StockBatchInput>

/** A line that was applied, whether or not it changed the quantity. */
export const StockLineChange = z.object({
  status: z.enum(['changed', 'unchanged']),
  bookId: Id,
  isbn: z.string().nullable(),
  delta: z.int(),
  quantityAfter: z.int(),
  transition: StockTransition,
  /** Null if the quantity did not change. */
  movementId: Id.nullable(),
  broadcast: Broadcast.nullable(),
})
/** See {@link StockLineChange}. */
export type StockLineChange = z.infer<typeof StockLineChange>

/** A line that was refused and changed nothing. The lines after it were applied all the same. */
export const StockLineRefusal = z.object({
  status: z.literal('refused'),
  code: z.enum(Object.keys(reasons) as [Reason, ...Reason[]]),
  message: z.string(),
  /** The field of the line; null when it concerns the whole line. */
  field: z.string().nullable(),
})
/** See {@link StockLineRefusal}. */
export type StockLineRefusal = z.infer<typeof StockLineRefusal>

/** What came of one line. */
export const StockBatchOutcome = z.discriminatedUnion('status', [StockLineChange, StockLineRefusal])
/** See {@link StockBatchOutcome}. */
export type StockBatchOutcome = z.infer<typeof StockBatchOutcome>

/** The outcomes of all lines, in input order. */
export const StockBatchResult = z.object({ outcomes: z.array(StockBatchOutcome) })
/** See {@link StockBatchResult}. */
export type StockBatchResult = z.infer<typeof StockBatchResult>
