import { z } from 'zod'
import { limits } from '../limits.ts'
import { pageInput, pageOf } from './page.ts'
import { Id, IsoTime, lineOfText } from './scalars.ts'

const MAX_STOCK = limits.stock.max

/** How many copies are in stock. */
export const StockQuantity = z
  .int('Must be a whole number.')
  .min(0, 'Must be 0 or more.')
  .max(MAX_STOCK, `Must be at most ${MAX_STOCK}.`)

const delta = z
  .int('Must be a whole number.')
  .min(-MAX_STOCK, `Must be at least ${-MAX_STOCK}.`)
  .max(MAX_STOCK, `Must be at most ${MAX_STOCK}.`)

const changeInput = {
  bookId: Id,
  /** Refuses with `STOCK_CONFLICT` when the stock is not this any more. */
  expectedQuantity: StockQuantity.optional(),
  note: lineOfText(limits.note.max).nullish(),
  /** The caller's name for this change: sent again, it gives the original answer and changes nothing. */
  idempotencyKey: z
    .string()
    .min(1)
    .max(limits.idempotencyKey.max)
    .regex(/^[\x21-\x7e]+$/, 'Must be visible ASCII without spaces.')
    .optional(),
}

/** `stock.set`: the quantity that is on the shelf now. */
export const StockSetInput = z.strictObject({ ...changeInput, quantity: StockQuantity })
/** See {@link StockSetInput}. */
export type StockSetInput = z.output<typeof StockSetInput>

/** `stock.adjust`: so many copies more, or fewer. */
export const StockAdjustInput = z.strictObject({ ...changeInput, delta })
/** See {@link StockAdjustInput}. */
export type StockAdjustInput = z.output<typeof StockAdjustInput>

/** `stock.preview`: what a change would do, without doing it. */
export const StockPreviewInput = z.union(
  [z.strictObject({ bookId: Id, quantity: StockQuantity }), z.strictObject({ bookId: Id, delta })],
  { error: `Give bookId and either quantity (0 to ${MAX_STOCK}) or delta (a whole number).` },
)
/** See {@link StockPreviewInput}. */
export type StockPreviewInput = z.output<typeof StockPreviewInput>

/** `stock.history`: the movements of one book, newest first. */
export const StockHistoryInput = z.strictObject({ bookId: Id, ...pageInput })
/** See {@link StockHistoryInput}. */
export type StockHistoryInput = z.output<typeof StockHistoryInput>

/** The closing of a waitlist: `notified` people became notified, all at `notifiedAt`. */
export const Broadcast = z.object({ waitlistId: Id, notifiedAt: IsoTime, notified: z.int() })
/** See {@link Broadcast}. */
export type Broadcast = z.infer<typeof Broadcast>

/** One change of a book's stock, kept for good. */
export const StockMovement = z.object({
  id: Id,
  bookId: Id,
  delta: z.int(),
  quantityAfter: z.int(),
  actorId: Id,
  note: z.string().nullable(),
  createdAt: IsoTime,
})
/** See {@link StockMovement}. */
export type StockMovement = z.infer<typeof StockMovement>

/**
 * What a change of a book's quantity means. Only `restocked`, from nothing to something, closes the waitlist and tells
 * everybody on it.
 */
export const StockTransition = z.enum(['restocked', 'sold-out', 'changed', 'none'])
/** See {@link StockTransition}. */
export type StockTransition = z.infer<typeof StockTransition>

const StockHistoryEntry = StockMovement.extend({ actorEmail: z.string(), broadcast: Broadcast.nullable() })

/** A page of movements, each with who made it and the broadcast it caused, if any. */
export const StockHistoryPage = pageOf(StockHistoryEntry)
/** See {@link StockHistoryPage}. */
export type StockHistoryPage = z.infer<typeof StockHistoryPage>

/**
 * `stock.changes`: of one book or of all, from now on, or from after a movement on. `lastEventId` is what clients send by
 * themselves when they connect again, and goes on where the connection ended.
 */
export const StockChangesInput = z.strictObject({
  bookId: Id.optional(),
  afterMovementId: z.int().min(0).optional(),
  lastEventId: z
    .string()
    .regex(/^\d{1,15}$/, 'Must be the id of an event.')
    .nullish(),
})
/** See {@link StockChangesInput}. */
export type StockChangesInput = z.output<typeof StockChangesInput>

/** A movement as it happens: of which book, who made it, and the broadcast it caused, if any. */
export const StockMovementNews = StockHistoryEntry.extend({ bookTitle: z.string(), bookAuthor: z.string() })
/** See {@link StockMovementNews}. */
export type StockMovementNews = z.infer<typeof StockMovementNews>
