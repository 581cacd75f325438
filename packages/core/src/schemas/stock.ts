import { z } from 'zod'
import { limits } from '../limits.ts'
import { pageInput, pageOf } from './page.ts'
import { Id, IsoTime, lineOfText } from './scalars.ts'

const MAX_STOCK = limits.stock.max

/** A number of copies in stock. */
export const StockQuantity = z
  .int('Must be a whole number.')
  .min(0, 'Must be at least 0.')
  .max(MAX_STOCK, `Must be at most ${MAX_STOCK.toLocaleString('en')}.`)

/** A number of copies to add, or to remove if negative. */
export const StockDelta = z
  .int('Must be a whole number.')
  .min(-MAX_STOCK, `Must be at least ${(-MAX_STOCK).toLocaleString('en')}.`)
  .max(MAX_STOCK, `Must be at most ${MAX_STOCK.toLocaleString('en')}.`)

/** Makes a stock change safe to repeat: for 90 days, the same key returns the original response and changes nothing. */
export const IdempotencyKey = z
  .string()
  .min(1)
  .max(limits.idempotencyKey.max)
  .regex(/^[\x21-\x7e]+$/, 'Must be printable ASCII without spaces.')

/** A note in the stock history. */
export const StockNote = lineOfText(limits.note.max)

const changeInput = {
  bookId: Id,
  /** The change is refused with `STOCK_CONFLICT` if the current quantity differs. */
  expectedQuantity: StockQuantity.optional(),
  note: StockNote.nullish(),
  idempotencyKey: IdempotencyKey.optional(),
}

/** `stock.set`: sets the quantity. */
export const StockSetInput = z.strictObject({ ...changeInput, quantity: StockQuantity })
/** See {@link StockSetInput}. */
export type StockSetInput = z.output<typeof StockSetInput>

/** `stock.adjust`: adds copies, or removes them with a negative `delta`. */
export const StockAdjustInput = z.strictObject({ ...changeInput, delta: StockDelta })
/** See {@link StockAdjustInput}. */
export type StockAdjustInput = z.output<typeof StockAdjustInput>

/** `stock.preview`: the effect of a change, without making it. */
export const StockPreviewInput = z.union(
  [
    z.strictObject({ bookId: Id, quantity: StockQuantity }),
    z.strictObject({ bookId: Id, delta: StockDelta }),
  ],
  {
    error: `Provide bookId and either quantity (0 to ${MAX_STOCK.toLocaleString('en')}) or delta (a whole number).`,
  },
)
/** See {@link StockPreviewInput}. */
export type StockPreviewInput = z.output<typeof StockPreviewInput>

/** `stock.history`: the stock movements of one book, newest first. */
export const StockHistoryInput = z.strictObject({ bookId: Id, ...pageInput })
/** See {@link StockHistoryInput}. */
export type StockHistoryInput = z.output<typeof StockHistoryInput>

/** The closing of a waitlist by a restock: `notified` readers were notified, all at `notifiedAt`. */
export const Broadcast = z.object({ waitlistId: Id, notifiedAt: IsoTime, notified: z.int() })
/** See {@link Broadcast}. */
export type Broadcast = z.infer<typeof Broadcast>

/** One change of a book's stock. Movements are never changed or deleted. */
export const StockMovement = z.object({
  id: Id,
  bookId: Id,
  delta: z.int(),
  quantityAfter: z.int(),
  /** The account that made the change; null if a token did. */
  actorId: Id.nullable(),
  /** The token that made the change; null if an account did. */
  tokenId: Id.nullable(),
  note: z.string().nullable(),
  createdAt: IsoTime,
})
/** See {@link StockMovement}. */
export type StockMovement = z.infer<typeof StockMovement>

/**
 * The kind of a stock change. Only `restocked`, a change from 0 to more than 0, closes the waitlist and notifies its
 * readers.
 */
export const StockTransition = z.enum(['restocked', 'sold-out', 'changed', 'none'])
/** See {@link StockTransition}. */
export type StockTransition = z.infer<typeof StockTransition>

const StockHistoryEntry = StockMovement.extend({
  /** Null unless the caller is an admin: staff and tokens see no addresses. */
  actorEmail: z.string().nullable(),
  /** The name of the token that made the change; null if an account did. */
  tokenName: z.string().nullable(),
  broadcast: Broadcast.nullable(),
})

/** A page of movements, each with the account that made it and the broadcast that it triggered, if any. */
export const StockHistoryPage = pageOf(StockHistoryEntry)
/** See {@link StockHistoryPage}. */
export type StockHistoryPage = z.infer<typeof StockHistoryPage>

/**
 * `stock.changes`: movements of one book or of all books, from now on or after the given movement. Clients send `lastEventId`
 * automatically when they reconnect, to resume where the connection ended.
 */
export const StockChangesInput = z.strictObject({
  bookId: Id.optional(),
  afterMovementId: z.int().min(0).optional(),
  lastEventId: z
    .string()
    .regex(/^\d{1,15}$/, 'Must be the ID of an event.')
    .nullish(),
})
/** See {@link StockChangesInput}. */
export type StockChangesInput = z.output<typeof StockChangesInput>

/** A live movement, with its book, the account that made it and the broadcast that it triggered, if any. */
export const StockMovementNews = StockHistoryEntry.extend({ bookTitle: z.string(), bookAuthor: z.string() })
/** See {@link StockMovementNews}. */
export type StockMovementNews = z.infer<typeof StockMovementNews>
