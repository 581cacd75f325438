import type {
  AccountLinkPurpose,
  AnnouncementKind,
  AuditAction,
  CancelledFrom,
  DeliveryKind,
  DeliveryLane,
  DeliveryState,
  Role,
} from '@prebook/core'
import type { Generated, Kysely, Selectable, Transaction } from 'kysely'

/** The tables as Kysely sees them on every engine. Times are milliseconds UTC, money is in minor units of the shop's currency, booleans are 0 or 1. */
export type Database = {
  books: BooksTable
  stock_movements: StockMovementsTable
  stock_requests: StockRequestsTable
  waitlists: WaitlistsTable
  prebooks: PrebooksTable
  users: UsersTable
  sessions: SessionsTable
  api_tokens: ApiTokensTable
  deliveries: DeliveriesTable
  throttle_counts: ThrottleCountsTable
  audit_entries: AuditEntriesTable
  installation: InstallationTable
  account_links: AccountLinksTable
  refusals: RefusalsTable
  kept_answers: KeptAnswersTable
  search_words: SearchWordsTable
  wanted_books: WantedBooksTable
  announcements: AnnouncementsTable
  consents: ConsentsTable
  used_wishes: UsedWishesTable
}

type BooksTable = {
  id: Generated<number>
  title: string
  author: string
  isbn: string | null
  price_cents: number
  description: string | null
  stock_quantity: number
  /** What searches match: core's `searchText`. The title comes first, so this also sorts the catalogue. */
  search_text: string
  /** When it is expected in stock, such as `2027-03`. See core's `parseExpectedDate`. */
  expected_on: string | null
  /** The last day of that, such as `2027-03-31`. */
  expected_until: string | null
  created_at: number
  updated_at: number
  /** When the shop withdrew the book. Null if it did not, and once it is reinstated or restocked. */
  withdrawn_at: number | null
  /** The book that replaces it. Null unless it is withdrawn. */
  successor_id: number | null
}

type StockMovementsTable = {
  id: Generated<number>
  book_id: number
  delta: number
  quantity_after: number
  /** The account that made the change, or null and `token_id` is set. */
  actor_id: number | null
  token_id: number | null
  note: string | null
  created_at: number
}

/** Answers to stock changes that carried an idempotency key. A repeated request gets the same answer. */
type StockRequestsTable = {
  id: Generated<number>
  /** The account whose key it is, or null and `token_id` is set. */
  actor_id: number | null
  token_id: number | null
  idempotency_key: string
  request_hash: string
  answer: string
  created_at: number
}

type WaitlistsTable = {
  id: Generated<number>
  book_id: number
  opened_at: number
  /** Set once, when a restock closes the waitlist. From then on every reader on it counts as notified. */
  notified_at: number | null
  /** Set once, when a withdrawal closes the waitlist. From then on every reader who waited on it counts as cancelled. */
  withdrawn_at: number | null
  /** What the shop tells the readers about the withdrawal. */
  withdrawal_note: string | null
  closed_by: number | null
  /** How many waited when the waitlist was closed; null until then. */
  notified_count: number | null
  /** How many wait. Changes no more once the waitlist is closed. */
  waiting_count: Generated<number>
  dispatch_cursor: Generated<number>
  dispatched_at: number | null
}

/** News for everybody who waits on a waitlist, however many: one row. */
type AnnouncementsTable = {
  id: Generated<number>
  book_id: number
  waitlist_id: number
  kind: AnnouncementKind
  /** JSON of what is new, which each delivery about it gets as its payload. */
  details: string
  /** Later prebooks on the waitlist were made when the news was known. */
  last_prebook_id: number
  /** Until then, a later change replaces it. Afterwards it is dispatched. */
  settles_at: number
  dispatch_cursor: Generated<number>
  dispatched_at: number | null
  created_at: number
}

type PrebooksTable = {
  id: Generated<number>
  waitlist_id: number
  user_id: number
  created_at: number
  cancelled_at: number | null
  cancelled_from: CancelledFrom | null
}

type UsersTable = {
  id: Generated<number>
  /** Null once the account is erased. */
  email: string | null
  /** Null until an invitation is accepted, and while an account is taken over. Then no password is right. */
  password_hash: string | null
  role: Role
  is_active: Generated<0 | 1>
  mail_opt_out: Generated<0 | 1>
  created_at: number
  /** When the owner of the account proved to receive mail at the address. */
  verified_at: number | null
  /** When everything that identifies a person had been removed from the account. Null while that goes on. */
  erased_at: number | null
  /** The language of mail, as a tag such as `en`. */
  locale: Generated<string>
  /** How often the links to the guest's page were revoked. Only those with this number work. */
  manage_generation: Generated<number>
}

/** What a guest agreed to when they confirmed a pre-booking. Deleted with what identifies the person. */
type ConsentsTable = {
  prebook_id: number
  /** The version of the text. See core's `consent`. */
  version: string
  /** The language that it was shown in. */
  locale: string
  given_at: number
}

/** Confirmed wishes of guests, until their links expire, so that each makes one prebook. */
type UsedWishesTable = {
  /** SHA-256 of the random id of the wish in hexadecimal. */
  hash: string
  /** The prebook. Null once the account is erased. */
  prebook_id: number | null
  /** The account's `manage_generation` of then, so that a wish gives no link that was revoked since. Null with the prebook. */
  manage_generation: number | null
  expires_at: number
}

type SessionsTable = {
  /** SHA-256 of the token in hexadecimal. The token itself is never stored. */
  id: string
  user_id: number
  created_at: number
  expires_at: number
  /** A random number by which the account names the session. It does not follow from the token or its hash. */
  public_id: number
  /** The beginning of the hour of the last use; 0 if no use is recorded. */
  last_used_at: Generated<number>
  /** The family of the browser or program that used it last; null if unknown. */
  agent: string | null
}

/** Access for a machine. Rows stay when a token is revoked, because movements and audit entries name it. */
type ApiTokensTable = {
  id: Generated<number>
  name: string
  /** SHA-256 of the token in hexadecimal. The token itself is never stored. */
  hash: string
  /** The scopes, separated by spaces. */
  scopes: string
  created_by: number
  created_at: number
  expires_at: number | null
  /** The beginning of the minute of the last use. */
  last_used_at: number | null
  revoked_at: number | null
  /** The hash before the last rotation, which works until `previous_until`. */
  previous_hash: string | null
  previous_until: number | null
}

/** The outbox: one row for each e-mail, written in the transaction of the change that it is about. */
type DeliveriesTable = {
  id: Generated<number>
  kind: DeliveryKind
  /** What the e-mail is about. A second one about the same cannot be queued. */
  dedupe_key: string
  lane: DeliveryLane
  /** The account that it is for; null when there is none yet. */
  user_id: number | null
  /** Where it goes, if not to the account's address. */
  recipient: string | null
  /** Set for mail about a broadcast. */
  prebook_id: number | null
  /** The book that the prebook is for. It never changes. */
  book_id: number | null
  /** JSON of what the message needs besides the rows that it is about. Never a token or a link. */
  payload: string | null
  locale: Generated<string>
  /** When the delivery was last queued. */
  queued_at: Generated<number>
  state: DeliveryState
  attempts: Generated<number>
  next_attempt_at: number
  lease_token: string | null
  lease_expires_at: number | null
  skip_reason: string | null
  last_error: string | null
  sent_at: number | null
}

/** Values of this installation, such as the key that signs device tokens. They never change. */
type InstallationTable = {
  name: string
  value: string
}

/** The newest link of each purpose that an account was mailed. The row remains when the link was used. */
type AccountLinksTable = {
  user_id: number
  purpose: AccountLinkPurpose
  /** Grows with each new link. Only a link of the current generation works. */
  generation: number
  /** 0 once the link was used. */
  expires_at: number
  /** The new address, for a change of address. */
  email: string | null
  /** The role, for an invitation. */
  role: Role | null
}

/** Mails that an address refused since the last one that it accepted. */
type RefusalsTable = {
  email: string
  delivery_id: number
  /** Whether the refusal was permanent. */
  permanent: 0 | 1
  refused_at: number
}

/** Attempts of one kind by one caller within one time window, or a mark that is kept until a time. */
type ThrottleCountsTable = {
  /** Hashes of what is counted. All keys that concern one account begin with the same 32 digits. */
  key: string
  tries: number
  expires_at: number
}

/** Answers to requests with an idempotency key, other than stock changes. */
type KeptAnswersTable = {
  /** Who sent the request, such as `user:12` or `token:3`. */
  principal: string
  idempotency_key: string
  /** A hash of the operation and its input. */
  fingerprint: string
  /** JSON of the answer. */
  answer: string
  /** The account that the answer is about, if it is about another one. */
  about_user_id: number | null
  created_at: number
}

/** What staff did. Rows are only added. Accounts are named by id, and nothing typed is stored. */
type AuditEntriesTable = {
  id: Generated<number>
  at: number
  /** The account that acted, or null and `token_id` is set. */
  actor_id: number | null
  token_id: number | null
  action: AuditAction
  /** What was changed, such as `book:12`. See core's `AuditSubject`. */
  subject: string
  /** JSON of core's `AuditDetails`. */
  details: string
}

/** The words of the catalogue that a typing error can be corrected to. Also words that no book has any more. */
type SearchWordsTable = {
  word: string
}

/** The books that searches show first: in stock, or with an open waitlist. Triggers add and delete the rows. */
type WantedBooksTable = {
  book_id: number
  search_text: string
}

/** A transaction that can write. Only `Store.write` and `Store.writeOnBook` create one. */
export type Tx = Transaction<Database>

/** A connection for queries: the reader of `Store.read`, or a transaction. It cannot write or begin a transaction. */
export type Reader = Pick<Kysely<Database>, 'selectFrom' | 'with' | 'fn' | 'getExecutor'>

export type BookRow = Selectable<BooksTable>
/** A book to add. It is not withdrawn. */
export type NewBookRow = Omit<
  BookRow,
  'id' | 'withdrawn_at' | 'successor_id' | 'expected_on' | 'expected_until'
>
export type StockMovementRow = Selectable<StockMovementsTable>
export type WaitlistRow = Selectable<WaitlistsTable>
/** An account that is not erased. */
export type UserRow = Selectable<UsersTable> & { email: string }
export type SessionRow = Selectable<SessionsTable>
export type ApiTokenRow = Selectable<ApiTokensTable>
export type DeliveryRow = Selectable<DeliveriesTable>
export type AccountLinkRow = Selectable<AccountLinksTable>
export type RefusalRow = Selectable<RefusalsTable>
export type AuditEntryRow = Selectable<AuditEntriesTable>
export type AnnouncementRow = Selectable<AnnouncementsTable>
