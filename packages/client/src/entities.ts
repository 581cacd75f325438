/*
 * What answers are made of, by name: a hover then says `Book`, and the package's declarations spell each out once. router.ts
 * puts a name only where the server's type is the same to the last field.
 */

/** A title in the catalogue. Times are ISO 8601 in UTC; what is absent is null. */
export type Book = {
  id: number
  title: string
  author: string
  /** In whole cents. */
  priceCents: number
  /** 13 digits. */
  isbn: string | null
  description: string | null
  stockQuantity: number
  /** Whether `stockQuantity` is above 0: only a book that is not in stock can be pre-booked. */
  inStock: boolean
  createdAt: string
  updatedAt: string
}

/** One's own place on the waitlist of a book. It moves from `waiting` to `notified` at the restock, or to `cancelled`. */
export type Prebook = {
  id: number
  bookId: number
  bookTitle: string
  bookAuthor: string
  status: 'waiting' | 'notified' | 'cancelled'
  createdAt: string
  /** When the book came back. Null for who waits, or cancelled before. */
  notifiedAt: string | null
  cancelledAt: string | null
}

/** A prebook with its place in the queue: 1 is first; null when it does not wait (any more). */
export interface PrebookDetail extends Prebook {
  queuePosition: number | '1000+' | null
}

/** An account. */
export type User = {
  id: number
  email: string
  role: 'reader' | 'admin'
  isActive: boolean
  mailOptOut: boolean
  createdAt: string
}

/** A fresh session. `token` is null when it went into a cookie. */
export type SignedIn = { token: string | null; expiresAt: string; user: User }

/** One change of a book's stock, kept for good. */
export type StockMovement = {
  id: number
  bookId: number
  delta: number
  quantityAfter: number
  actorId: number
  note: string | null
  createdAt: string
}

/** A restock's message to everybody on the waitlist: `notified` people, all at `notifiedAt`. */
export type Broadcast = { waitlistId: number; notifiedAt: string; notified: number }

/** A movement, who made it, and the broadcast that it caused, if any. */
export interface StockHistoryEntry extends StockMovement {
  actorEmail: string
  broadcast: Broadcast | null
}

/** A movement as it happens, with the book it is about. */
export interface StockMovementNews extends StockHistoryEntry {
  bookTitle: string
  bookAuthor: string
}

/** What a change of stock did. `movement` is null when the quantity was that already. */
export type StockChange = {
  book: Book
  movement: StockMovement | null
  transition: 'restocked' | 'sold-out' | 'changed' | 'none'
  broadcast: Broadcast | null
}

/** One e-mail to one person about one broadcast. */
export type Delivery = {
  id: number
  prebookId: number
  bookId: number
  bookTitle: string
  userId: number
  email: string
  /** `pending` waits for its turn, `sending` is under way; the others are ends. `held`: there was no mail server. */
  state: 'pending' | 'sending' | 'sent' | 'skipped' | 'failed' | 'held'
  /** Tries that were made since it was last put in line. */
  attempts: number
  queuedAt: string
  /** When it is next tried; null when it is not waiting. */
  nextAttemptAt: string | null
  skipReason: 'cancelled' | 'deactivated' | 'opted-out' | null
  lastError: string | null
  sentAt: string | null
}

/** What readers wait for, of one book. */
export type Demand = {
  waitlistId: number
  bookId: number
  bookTitle: string
  bookAuthor: string
  isbn: string | null
  waiting: number
  since: string
  joinedLately: number
  /** The same for each of the days, oldest first; the last one is the 24 hours up to now. */
  joinedByDay: number[]
}

/** What comes through a stream. `id` is where the stream goes on after a lost connection. */
export type Tracked<Item> = { id: string; data: Item }
