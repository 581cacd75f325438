import type { Reason } from './reasons.ts'

/*
 * The entities of the API by name, so that an editor shows `Book` and the declarations contain each type once. router.ts uses
 * a name only where it is identical to the server's type.
 */

/** A title in the catalogue. Times are ISO 8601 in UTC. A missing value is null. */
export type Book = {
  id: number
  title: string
  author: string
  /** In cents. */
  priceCents: number
  /** 13 digits. */
  isbn: string | null
  description: string | null
  /** Copies in stock. */
  stockQuantity: number
  /** Whether `stockQuantity` is above 0. Only a book that is out of stock can be pre-booked. */
  inStock: boolean
  createdAt: string
  updatedAt: string
}

/** A reader's place on the waitlist of a book. A restock changes it from `waiting` to `notified`. */
export type Prebook = {
  id: number
  bookId: number
  bookTitle: string
  bookAuthor: string
  status: 'waiting' | 'notified' | 'cancelled'
  createdAt: string
  /** Time of the restock. Null while waiting, and if cancelled before the restock. */
  notifiedAt: string | null
  cancelledAt: string | null
}

/** A prebook with its queue position. */
export interface PrebookDetail extends Prebook {
  /** 1 is first; `'1000+'` is any position beyond 1,000; null if the prebook is not waiting. */
  queuePosition: number | '1000+' | null
}

/** An account. */
export type User = {
  id: number
  email: string
  /** Staff run catalogue, stock and demand. Admins can do everything. */
  role: 'reader' | 'staff' | 'admin'
  /** False if an admin deactivated the account. */
  isActive: boolean
  /** Whether the user opted out of e-mails. */
  mailOptOut: boolean
  createdAt: string
}

/** An account after a change of its role or activity. */
export interface ChangedUser extends User {
  /** How many of the tokens that it made still work. They stay, because tokens belong to the shop. */
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
  /** What it may do. Without a scope it may do nothing. */
  scopes: TokenScope[]
  /** Only `active` ones work. */
  status: 'active' | 'expired' | 'revoked'
  /** The account that made the token. The token belongs to the shop and does not depend on the account. */
  createdBy: number
  /** The present address of that account; null when it was deleted. */
  createdByEmail: string | null
  createdAt: string
  /** When it stops working; null if never. */
  expiresAt: string | null
  /** The minute of the last use; null if never used. */
  lastUsedAt: string | null
  revokedAt: string | null
  /** Until when the token from before the last rotation works as well; null if only one works. */
  overlapEndsAt: string | null
}

/** A new token. */
export interface NewApiToken extends ApiToken {
  /** The token itself. It cannot be read again. */
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
  /** Whether you opted out of e-mails. */
  mailOptOut: boolean
  createdAt: string
  /** When the e-mail address was verified; null until then. */
  verifiedAt: string | null
  /** Whether `account.resendVerification` e-mails a link: the address is not verified, and the shop has a mail server. */
  canVerify: boolean
  /** The language of e-mails. */
  locale: string
}

/** A session of your account. */
export type Session = {
  /** Pass it to `account.endSession`. It reveals nothing about the token. */
  id: number
  /** Whether it is the session of this client. */
  current: boolean
  /** The kind of browser or program that used it last, such as `Firefox on Linux`; null if unknown. */
  agent: string | null
  createdAt: string
  /** The hour of the last use. */
  lastUsedAt: string
  expiresAt: string
}

/** A part of what is stored about the signed-in person. Most accounts have one part. */
export type AccountExport = {
  account: Account
  sessions: Session[]
  prebooks: Prebook[]
  deliveries: Delivery[]
  /** Stock changes that the person made as staff. */
  stockMovements: StockMovement[]
  /** Stock changes that carried an idempotency key, with the answer that was given, as JSON. */
  stockRequests: { idempotencyKey: string; answer: string; createdAt: string }[]
  /** Answers to other requests that carried an idempotency key, as JSON. They are kept for a day. */
  keptAnswers: { idempotencyKey: string; answer: string; createdAt: string }[]
  /** Links that were mailed and not used, and the address or role that they are for. */
  openLinks: {
    purpose: 'verify' | 'reset' | 'invite'
    expiresAt: string
    email: string | null
    role: 'reader' | 'staff' | 'admin' | null
  }[]
  /** E-mails that the address refused. */
  refusals: { deliveryId: number; permanent: boolean; refusedAt: string }[]
  /** What the person did as staff, and what staff did to the account. */
  auditEntries: Pick<AuditEntry, 'id' | 'at' | 'action' | 'subject' | 'details'>[]
  /** Pass it as `cursor` for the next part. Null in the last part. */
  nextCursor: string | null
}

/** A new session. `token` is null if the session is in a cookie. */
export type SignedIn = { token: string | null; expiresAt: string; user: User }

/** One change of a book's stock. Movements are never changed or deleted. */
export type StockMovement = {
  id: number
  bookId: number
  /** Copies added; negative if copies were removed. */
  delta: number
  /** Copies in stock after the change. */
  quantityAfter: number
  /** The account that made the change; null if a token did. */
  actorId: number | null
  /** The token that made the change; null if an account did. */
  tokenId: number | null
  note: string | null
  createdAt: string
}

/** The notification of a waitlist at a restock: `notified` readers, all at `notifiedAt`. */
export type Broadcast = { waitlistId: number; notifiedAt: string; notified: number }

/** A stock movement, the account that made it, and the broadcast that it triggered, if any. */
export interface StockHistoryEntry extends StockMovement {
  /** Null unless you are an admin: staff and tokens see no addresses. */
  actorEmail: string | null
  /** The name of the token that made the change; null if an account did. */
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
  /** Null if the quantity did not change. */
  movement: StockMovement | null
  /** `restocked` is a change from 0 to more than 0. Only it triggers a broadcast. */
  transition: 'restocked' | 'sold-out' | 'changed' | 'none'
  /** Null unless a restock closed a waitlist. */
  broadcast: Broadcast | null
}

/** A line of a stock batch that was applied, whether or not it changed the quantity. */
export type StockLineChange = {
  status: 'changed' | 'unchanged'
  bookId: number
  isbn: string | null
  delta: number
  /** Copies in stock after the line. */
  quantityAfter: number
  /** `restocked` is a change from 0 to more than 0. Only it triggers a broadcast. */
  transition: 'restocked' | 'sold-out' | 'changed' | 'none'
  /** Null if the quantity did not change. */
  movementId: number | null
  /** Null unless a restock closed a waitlist. */
  broadcast: Broadcast | null
}

/** A line of a stock batch that was refused and changed nothing. The lines after it were applied all the same. */
export type StockLineRefusal = {
  status: 'refused'
  code: Reason
  /** What is wrong with the line, for the user. */
  message: string
  /** The field of the line; null when it concerns the whole line. */
  field: string | null
}

/** One e-mail to one reader about one broadcast. */
export type Delivery = {
  id: number
  /** What it is about: a book that is back, or the account of the recipient. */
  kind: 'restock' | 'verify' | 'reset' | 'invite' | 'change-email' | 'email-changed'
  /** The pre-booking and the book that it is about; null for e-mails about an account. */
  prebookId: number | null
  bookId: number | null
  bookTitle: string | null
  /** The account that it is for; null if there was none yet. */
  userId: number | null
  /** Where it goes; null when the account has no address any more. */
  email: string | null
  /** Whether the address gets no e-mail at present because it refused earlier ones. */
  addressSuppressed: boolean
  /** `pending` and `sending` are in progress. `held` means that no mail server was configured. */
  state: 'pending' | 'sending' | 'sent' | 'skipped' | 'failed' | 'held'
  /** Attempts since the e-mail was last queued. */
  attempts: number
  queuedAt: string
  /** Time of the next attempt; null unless pending. */
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
  /** Readers waiting now. */
  waiting: number
  /** Time when the waitlist opened. */
  since: string
  /** Waiting readers who joined within the requested `days`. */
  joinedLately: number
  /** `joinedLately` by day, oldest first. The last day is the 24 hours up to now. */
  joinedByDay: number[]
}

/** An entry of the audit log: what staff, an admin or a token changed. Entries are never changed. */
export type AuditEntry = {
  id: number
  at: string
  /** The account that acted; null if a token did. */
  actorId: number | null
  /** The present address of the account that acted; null when it was deleted, and if a token acted. */
  actorEmail: string | null
  /** The token that acted, and its name; null if an account did. */
  tokenId: number | null
  tokenName: string | null
  /** The procedure that was called. */
  action:
    | 'books.create'
    | 'books.update'
    | 'books.import'
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
  /** What was changed, such as `book:12`, `user:3`, `delivery:9`, `token:4`, or `books` and `deliveries` for many at once. */
  subject: string
  /** The present address of the account that was changed; null unless the subject is an account that still exists. */
  subjectEmail: string | null
  /** The name of the token that was changed; null unless the subject is a token. */
  subjectTokenName: string | null
  /** Numbers and fixed words that depend on the action, such as `movementId`. Prices are in cents. */
  details: Record<string, number | string | number[] | string[]>
}

/** An item of a subscription. `id` is the event id, which the client sends when it reconnects. */
export type Tracked<Item> = { id: string; data: Item }
