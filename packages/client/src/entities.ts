import type { Reason } from './reasons.ts'

/*
 * The entities of the API by name, so that an editor shows `Book` and the declarations contain each type once. router.ts uses
 * a name only where it is identical to the server's type. The build adds a comment to each field, from the schemas of core:
 * see scripts/document-declarations.ts.
 */

/** The shop itself. */
export type Shop = {
  currency: string
  timeZone: string
}

/** A title in the catalogue. Times are ISO 8601 in UTC. A missing value is null. */
export type Book = {
  id: number
  title: string
  author: string
  priceCents: number
  currency: string
  isbn: string | null
  description: string | null
  stockQuantity: number
  inStock: boolean
  withdrawnAt: string | null
  successorId: number | null
  expectedOn: string | null
  expectedPrecision: 'day' | 'month' | 'season' | null
  createdAt: string
  updatedAt: string
}

/** News for everybody who waits for a book. It is e-mailed once it has not changed for a while. */
export type Announcement = {
  id: number
  settlesAt: string
  waiting: number
}

/** A sold-out book whose expected date is past. */
export type OverdueBook = {
  bookId: number
  bookTitle: string
  bookAuthor: string
  isbn: string | null
  expectedOn: string
  expectedPrecision: 'day' | 'month' | 'season'
  waiting: number
}

/** A book in a list of suggestions. */
export type BookSuggestion = {
  id: number
  title: string
  author: string
  isbn: string | null
  inStock: boolean
  withdrawn: boolean
}

/** Whether a book can be bought or pre-booked. `unknown` is an ISBN that no book has. */
export type BookAvailability = {
  isbn: string
  availability: 'in-stock' | 'sold-out' | 'withdrawn' | 'unknown'
  bookId: number | null
  title: string | null
  waiting: number | '1000+'
  expectedOn: string | null
  expectedPrecision: 'day' | 'month' | 'season' | null
}

/** A reader's place on the waitlist of a book. A restock changes it from `waiting` to `notified`, a withdrawal to `cancelled`. */
export type Prebook = {
  id: number
  bookId: number
  bookTitle: string
  bookAuthor: string
  status: 'waiting' | 'notified' | 'cancelled'
  bookExpectedOn: string | null
  bookExpectedPrecision: 'day' | 'month' | 'season' | null
  createdAt: string
  notifiedAt: string | null
  cancelledAt: string | null
  cancelledBy: 'reader' | 'shop' | null
  successorId: number | null
}

/** A pre-booking with its queue position. */
export interface PrebookDetail extends Prebook {
  queuePosition: number | '1000+' | null
}

/** The pre-booking of a guest, as it is now. */
export interface ConfirmedPrebook extends PrebookDetail {
  manageUrl: string
}

/** An account. */
export type User = {
  id: number
  email: string
  role: 'reader' | 'staff' | 'admin'
  isActive: boolean
  mailOptOut: boolean
  createdAt: string
}

/** An account after a change of its role or activity. */
export interface ChangedUser extends User {
  activeTokens: number
}

/** What a token can be allowed to do. */
export type TokenScope =
  | 'catalogue:write'
  | 'stock:write'
  | 'demand:read'
  | 'deliveries:read'
  | 'deliveries:write'
  | 'users:read'

/** Access for a machine: everything but the token itself. */
export type ApiToken = {
  id: number
  name: string
  scopes: TokenScope[]
  status: 'active' | 'expired' | 'revoked'
  createdBy: number
  createdByEmail: string | null
  createdAt: string
  expiresAt: string | null
  lastUsedAt: string | null
  revokedAt: string | null
  overlapEndsAt: string | null
}

/** A new token. */
export interface NewApiToken extends ApiToken {
  token: string
}

/** An invitation. Accepting it gives the account the role. */
export type Invitation = {
  userId: number
  email: string
  role: 'reader' | 'staff' | 'admin'
  expiresAt: string
}

/** Your account. */
export type Account = {
  id: number
  email: string
  role: 'reader' | 'staff' | 'admin'
  isActive: boolean
  mailOptOut: boolean
  createdAt: string
  verifiedAt: string | null
  canVerify: boolean
  locale: string
}

/** A session of your account. */
export type Session = {
  id: number
  current: boolean
  agent: string | null
  createdAt: string
  lastUsedAt: string
  expiresAt: string
}

/** A part of what is stored about the signed-in person. Most accounts have one part. */
export type AccountExport = {
  account: Account
  sessions: Session[]
  prebooks: Prebook[]
  consents: { prebookId: number; version: string; locale: string; givenAt: string }[]
  deliveries: Delivery[]
  stockMovements: StockMovement[]
  stockRequests: { idempotencyKey: string; answer: string; createdAt: string }[]
  keptAnswers: { idempotencyKey: string; answer: string; createdAt: string }[]
  openLinks: {
    purpose: 'verify' | 'reset' | 'invite'
    expiresAt: string
    email: string | null
    role: 'reader' | 'staff' | 'admin' | null
  }[]
  refusals: { deliveryId: number; permanent: boolean; refusedAt: string }[]
  auditEntries: Pick<AuditEntry, 'id' | 'at' | 'action' | 'subject' | 'details'>[]
  nextCursor: string | null
}

/** A new session. `token` is null if the session is in a cookie. */
export type SignedIn = { token: string | null; expiresAt: string; user: User }

/** One change of a book's stock. Movements are never changed or deleted. */
export type StockMovement = {
  id: number
  bookId: number
  delta: number
  quantityAfter: number
  actorId: number | null
  tokenId: number | null
  note: string | null
  createdAt: string
}

/** The notification of a waitlist at a restock: `notified` readers, all at `notifiedAt`. */
export type Broadcast = { waitlistId: number; notifiedAt: string; notified: number }

/** The closing of a waitlist by a withdrawal: `cancelled` pre-bookings, all at `withdrawnAt`. */
export type WithdrawnWaitlist = { waitlistId: number; withdrawnAt: string; cancelled: number }

/** The result of a withdrawal. */
export type BookWithdrawal = { book: Book; waitlistClosed: WithdrawnWaitlist | null }

/** What a withdrawal would do now. */
export type BookWithdrawalPreview = { bookId: number; waiting: number; successor: Book | null }

/** A stock movement, the account that made it, and the broadcast that it triggered, if any. */
export interface StockHistoryEntry extends StockMovement {
  actorEmail: string | null
  tokenName: string | null
  broadcast: Broadcast | null
}

/** A live stock movement with its book. */
export interface StockMovementNews extends StockHistoryEntry {
  bookTitle: string
  bookAuthor: string
}

/** The result of a stock change. */
export type StockChange = {
  book: Book
  movement: StockMovement | null
  transition: 'restocked' | 'sold-out' | 'changed' | 'none'
  broadcast: Broadcast | null
}

/** A line of a stock batch that was applied, whether or not it changed the quantity. */
export type StockLineChange = {
  status: 'changed' | 'unchanged'
  bookId: number
  isbn: string | null
  title: string | null
  delta: number
  quantityAfter: number
  transition: 'restocked' | 'sold-out' | 'changed' | 'none'
  movementId: number | null
  broadcast: Broadcast | null
  wouldNotify: number | null
}

/** A line of a stock batch that was refused and changed nothing. The lines after it were applied all the same. */
export type StockLineRefusal = {
  status: 'refused'
  code: Reason
  message: string
  field: string | null
}

/** One e-mail to one person. */
export type Delivery = {
  id: number
  kind:
    | 'restock'
    | 'withdrawal'
    | 'expected-date'
    | 'verify'
    | 'reset'
    | 'invite'
    | 'change-email'
    | 'email-changed'
    | 'confirm'
    | 'set-password'
  prebookId: number | null
  bookId: number | null
  bookTitle: string | null
  userId: number | null
  email: string | null
  addressSuppressed: boolean
  state: 'pending' | 'sending' | 'sent' | 'skipped' | 'failed' | 'held'
  attempts: number
  queuedAt: string
  nextAttemptAt: string | null
  skipReason:
    | 'cancelled'
    | 'deactivated'
    | 'opted-out'
    | 'superseded'
    | 'expired'
    | 'address-refused'
    | 'unverified'
    | 'erased'
    | null
  lastError: string | null
  sentAt: string | null
}

/** The demand for one book. */
export type Demand = {
  waitlistId: number
  bookId: number
  bookTitle: string
  bookAuthor: string
  isbn: string | null
  expectedOn: string | null
  expectedPrecision: 'day' | 'month' | 'season' | null
  overdue: boolean
  waiting: number
  since: string
  joinedLately: number
  joinedByDay: number[]
}

/** An entry of the audit log: what staff, an admin or a token changed. Entries are never changed. */
export type AuditEntry = {
  id: number
  at: string
  actorId: number | null
  actorEmail: string | null
  tokenId: number | null
  tokenName: string | null
  action:
    | 'books.create'
    | 'books.update'
    | 'books.import'
    | 'books.withdraw'
    | 'books.reinstate'
    | 'books.expect'
    | 'stock.set'
    | 'stock.adjust'
    | 'deliveries.redrive'
    | 'deliveries.liftSuppression'
    | 'users.invite'
    | 'users.setRole'
    | 'users.deactivate'
    | 'users.reactivate'
    | 'tokens.create'
    | 'tokens.rotate'
    | 'tokens.revoke'
    | 'account.erase'
  subject: string
  subjectEmail: string | null
  subjectTokenName: string | null
  details: Record<string, number | string | number[] | string[]>
}

/** An item of a subscription. */
export type Tracked<Item> = {
  /** The id of the event. The client sends the last one when it reconnects. */
  id: string
  /** The item. */
  data: Item
}
