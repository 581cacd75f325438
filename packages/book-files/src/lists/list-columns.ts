import type {
  ApiToken,
  AuditEntry,
  Book,
  Delivery,
  Demand,
  DemandWaitlistPage,
  OrderLine,
  OverdueBook,
  StockHistoryPage,
  User,
} from '@prebook/core'
import { decimalPrice } from '@prebook/core/price'
import type { Cell } from './csv-text.ts'

/** The columns of a list in their order, each with the cell of an item. `row` counts from 1. */
type Columns<Item> = Readonly<Record<string, (item: Item, row: number) => Cell>>

/**
 * The lists that can be written as CSV, with their columns. Other programs read these files by the names, so a column keeps its name
 * and its meaning, and a new one comes last: see docs/decisions/0062-lists-are-written-as-csv.md.
 */
export const listColumns = {
  books: {
    id: ({ id }) => id,
    isbn: ({ isbn }) => isbn,
    title: ({ title }) => title,
    author: ({ author }) => author,
    price: ({ priceCents, currency }) => decimalPrice(priceCents, currency),
    currency: ({ currency }) => currency,
    stock_quantity: ({ stockQuantity }) => stockQuantity,
    expected_on: ({ expectedOn }) => expectedOn,
    withdrawn_at: ({ withdrawnAt }) => withdrawnAt,
    successor_id: ({ successorId }) => successorId,
    description: ({ description }) => description,
    created_at: ({ createdAt }) => createdAt,
    updated_at: ({ updatedAt }) => updatedAt,
  } satisfies Columns<Book>,

  overdueBooks: {
    book_id: ({ bookId }) => bookId,
    isbn: ({ isbn }) => isbn,
    title: ({ bookTitle }) => bookTitle,
    author: ({ bookAuthor }) => bookAuthor,
    expected_on: ({ expectedOn }) => expectedOn,
    waiting: ({ waiting }) => waiting,
  } satisfies Columns<OverdueBook>,

  demand: {
    book_id: ({ bookId }) => bookId,
    isbn: ({ isbn }) => isbn,
    title: ({ bookTitle }) => bookTitle,
    author: ({ bookAuthor }) => bookAuthor,
    waiting: ({ waiting }) => waiting,
    joined_lately: ({ joinedLately }) => joinedLately,
    since: ({ since }) => since,
    expected_on: ({ expectedOn }) => expectedOn,
    overdue: ({ overdue }) => overdue,
  } satisfies Columns<Omit<Demand, 'joinedByDay'>>,

  orderList: {
    isbn: ({ isbn }) => isbn,
    title: ({ bookTitle }) => bookTitle,
    author: ({ bookAuthor }) => bookAuthor,
    copies: ({ copies }) => copies,
    waiting: ({ waiting }) => waiting,
    book_id: ({ bookId }) => bookId,
    since: ({ since }) => since,
    expected_on: ({ expectedOn }) => expectedOn,
  } satisfies Columns<OrderLine>,

  waitlist: {
    position: (_reader, row) => row,
    prebook_id: ({ prebookId }) => prebookId,
    user_id: ({ userId }) => userId,
    email: ({ email }) => email,
    created_at: ({ createdAt }) => createdAt,
  } satisfies Columns<DemandWaitlistPage['items'][number]>,

  stockHistory: {
    id: ({ id }) => id,
    book_id: ({ bookId }) => bookId,
    created_at: ({ createdAt }) => createdAt,
    delta: ({ delta }) => delta,
    quantity_after: ({ quantityAfter }) => quantityAfter,
    notified: ({ broadcast }) => broadcast?.notified ?? null,
    actor_id: ({ actorId }) => actorId,
    actor_email: ({ actorEmail }) => actorEmail,
    token_id: ({ tokenId }) => tokenId,
    token_name: ({ tokenName }) => tokenName,
    note: ({ note }) => note,
  } satisfies Columns<StockHistoryPage['items'][number]>,

  deliveries: {
    id: ({ id }) => id,
    kind: ({ kind }) => kind,
    state: ({ state }) => state,
    email: ({ email }) => email,
    user_id: ({ userId }) => userId,
    prebook_id: ({ prebookId }) => prebookId,
    book_id: ({ bookId }) => bookId,
    book_title: ({ bookTitle }) => bookTitle,
    attempts: ({ attempts }) => attempts,
    queued_at: ({ queuedAt }) => queuedAt,
    next_attempt_at: ({ nextAttemptAt }) => nextAttemptAt,
    sent_at: ({ sentAt }) => sentAt,
    skip_reason: ({ skipReason }) => skipReason,
    last_error: ({ lastError }) => lastError,
    address_suppressed: ({ addressSuppressed }) => addressSuppressed,
  } satisfies Columns<Delivery>,

  users: {
    id: ({ id }) => id,
    email: ({ email }) => email,
    role: ({ role }) => role,
    is_active: ({ isActive }) => isActive,
    mail_opt_out: ({ mailOptOut }) => mailOptOut,
    created_at: ({ createdAt }) => createdAt,
  } satisfies Columns<User>,

  tokens: {
    id: ({ id }) => id,
    name: ({ name }) => name,
    scopes: ({ scopes }) => scopes.join(' '),
    status: ({ status }) => status,
    created_by: ({ createdBy }) => createdBy,
    created_by_email: ({ createdByEmail }) => createdByEmail,
    created_at: ({ createdAt }) => createdAt,
    expires_at: ({ expiresAt }) => expiresAt,
    last_used_at: ({ lastUsedAt }) => lastUsedAt,
    revoked_at: ({ revokedAt }) => revokedAt,
    overlap_ends_at: ({ overlapEndsAt }) => overlapEndsAt,
  } satisfies Columns<ApiToken>,

  auditLog: {
    id: ({ id }) => id,
    at: ({ at }) => at,
    actor_id: ({ actorId }) => actorId,
    actor_email: ({ actorEmail }) => actorEmail,
    token_id: ({ tokenId }) => tokenId,
    token_name: ({ tokenName }) => tokenName,
    action: ({ action }) => action,
    subject: ({ subject }) => subject,
    subject_email: ({ subjectEmail }) => subjectEmail,
    subject_token_name: ({ subjectTokenName }) => subjectTokenName,
    details: ({ details }) => JSON.stringify(details),
  } satisfies Columns<AuditEntry>,
}

/** A list that can be written as CSV. */
export type ListName = keyof typeof listColumns

/** An item of a list. */
export type ListItem<Name extends ListName> = Parameters<
  Extract<(typeof listColumns)[Name][keyof (typeof listColumns)[Name]], (...args: never) => Cell>
>[0]
