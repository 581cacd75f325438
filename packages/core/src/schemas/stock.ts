import { z } from 'zod'
import { limits } from '../limits.ts'
import { pageInput, pageOf } from './page.ts'
import { exactlyOne, Id, IsoTime, lineOfText } from './scalars.ts'

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

const quantity = StockQuantity.describe('Copies in stock after the change.')
const delta = StockDelta.describe('Copies to add; negative to remove copies.')

const changeInput = {
  bookId: Id.describe('The id of the book.'),
  expectedQuantity: StockQuantity.optional().describe(
    'Copies in stock that you know of. If there are more or fewer, the change is refused with `STOCK_CONFLICT`.',
  ),
  note: StockNote.nullish().describe('A note for the stock history, on one line.'),
  idempotencyKey: IdempotencyKey.optional().describe(
    'Makes the change safe to repeat: for 90 days, the same key returns the original response and changes nothing. ' +
      'Printable ASCII without spaces.',
  ),
}

/** `stock.set`: sets the quantity. */
export const StockSetInput = z.strictObject({ ...changeInput, quantity })
/** See {@link StockSetInput}. */
export type StockSetInput = z.output<typeof StockSetInput>

/** `stock.adjust`: adds copies, or removes them with a negative `delta`. */
export const StockAdjustInput = z.strictObject({ ...changeInput, delta })
/** See {@link StockAdjustInput}. */
export type StockAdjustInput = z.output<typeof StockAdjustInput>

/** `stock.preview`: the effect of a change, without making it. */
export const StockPreviewInput = z
  .strictObject({
    bookId: changeInput.bookId,
    quantity: quantity.optional().describe('Copies in stock after the change. Not together with `delta`.'),
    delta: delta
      .optional()
      .describe('Copies to add; negative to remove copies. Not together with `quantity`.'),
  })
  .superRefine(exactlyOne('quantity', 'delta')) as z.ZodType<
  | { bookId: number; quantity: number; delta?: undefined }
  | { bookId: number; quantity?: undefined; delta: number },
  | { bookId: number; quantity: number; delta?: undefined }
  | { bookId: number; quantity?: undefined; delta: number }
>
/** See {@link StockPreviewInput}. */
export type StockPreviewInput = z.output<typeof StockPreviewInput>

/** `stock.history`: the stock movements of one book, newest first. */
export const StockHistoryInput = z.strictObject({ bookId: changeInput.bookId, ...pageInput })
/** See {@link StockHistoryInput}. */
export type StockHistoryInput = z.output<typeof StockHistoryInput>

/** The closing of a waitlist by a restock: `notified` readers were notified, all at `notifiedAt`. */
export const Broadcast = z.object({
  waitlistId: Id.describe('The id of the waitlist that the restock closed.'),
  notifiedAt: IsoTime.describe('The moment at which all of them were notified.'),
  notified: z.int().describe('How many readers were notified.'),
})
/** The broadcast of a change, if it made one. */
export const nullableBroadcast = Broadcast.nullable().describe(
  'The notification of the readers who waited. Null unless a restock closed a waitlist.',
)
/** See {@link Broadcast}. */
export type Broadcast = z.infer<typeof Broadcast>

/** One change of a book's stock. Movements are never changed or deleted. */
export const StockMovement = z.object({
  id: Id.describe('The id of the movement.'),
  bookId: Id.describe('The id of the book.'),
  delta: z.int().describe('Copies added; negative if copies were removed.'),
  quantityAfter: z.int().describe('Copies in stock after the change.'),
  actorId: Id.nullable().describe('The id of the account that made the change. Null if a token did.'),
  tokenId: Id.nullable().describe('The id of the token that made the change. Null if an account did.'),
  note: z.string().nullable().describe('The note of the change. Null if there is none.'),
  createdAt: IsoTime.describe('When the change was made.'),
})
/** See {@link StockMovement}. */
export type StockMovement = z.infer<typeof StockMovement>

/**
 * The kind of a stock change. Only `restocked`, a change from 0 to more than 0, closes the waitlist and notifies its
 * readers.
 */
export const StockTransition = z
  .enum(['restocked', 'sold-out', 'changed', 'none'])
  .describe('`restocked` is a change from 0 to more than 0. Only it notifies readers.')
/** See {@link StockTransition}. */
export type StockTransition = z.infer<typeof StockTransition>

/** A movement with the account that made it and the broadcast that it triggered, if any. */
export const StockHistoryEntry = StockMovement.extend({
  actorEmail: z
    .string()
    .nullable()
    .describe(
      'The e-mail address of the account that made the change. Null unless you are an admin: staff and tokens see no addresses.',
    ),
  tokenName: z
    .string()
    .nullable()
    .describe('The name of the token that made the change. Null if an account did.'),
  broadcast: nullableBroadcast,
})

/** A page of movements. */
export const StockHistoryPage = pageOf(StockHistoryEntry)
/** See {@link StockHistoryPage}. */
export type StockHistoryPage = z.infer<typeof StockHistoryPage>

/**
 * `stock.changes`: movements of one book or of all books, from now on or after the given movement. Clients send `lastEventId`
 * automatically when they reconnect, to resume where the connection ended.
 */
export const StockChangesInput = z.strictObject({
  bookId: Id.optional().describe('Only changes of this book.'),
  afterMovementId: z
    .int()
    .min(0)
    .optional()
    .describe('Start after this movement, with 0 at the first one. Leave it out to start now.'),
  lastEventId: z
    .string()
    .regex(/^\d{1,15}$/, 'Must be the ID of an event.')
    .nullish()
    .describe('The id of the last event that was received. The client sends it when it reconnects.'),
})
/** See {@link StockChangesInput}. */
export type StockChangesInput = z.output<typeof StockChangesInput>

/** A live movement, with its book, the account that made it and the broadcast that it triggered, if any. */
export const StockMovementNews = StockHistoryEntry.extend({
  bookTitle: z.string().describe('The title of the book.'),
  bookAuthor: z.string().describe('The author of the book.'),
})
/** See {@link StockMovementNews}. */
export type StockMovementNews = z.infer<typeof StockMovementNews>
