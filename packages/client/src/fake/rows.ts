import type {
  AccountLinkPurpose,
  AuditAction,
  CancelledFrom,
  DeliveryKind,
  DeliveryLane,
  DeliveryState,
  ExpectedDateNews,
  Locale,
  Role,
  SkipReason,
  TokenScope,
} from '@prebook/core'

/*
 * What the fake stores. Times are in milliseconds UTC. Rows of every kind but sessions and deliveries stay, so the id of a row is its
 * place.
 */

export type UserRow = {
  id: number
  /** Null when the account was deleted. */
  email: string | null
  password: string | null
  role: Role
  isActive: boolean
  mailOptOut: boolean
  verifiedAt: number | null
  locale: string
  createdAt: number
}

/** An account that is not deleted. */
export type Holder = UserRow & { email: string }

export type SessionRow = {
  id: number
  token: string
  userId: number
  createdAt: number
  expiresAt: number
  lastUsedAt: number
  agent: string | null
}

export type BookRow = {
  id: number
  title: string
  author: string
  priceCents: number
  isbn: string | null
  description: string | null
  stockQuantity: number
  withdrawnAt: number | null
  successorId: number | null
  expectedOn: string | null
  createdAt: number
  updatedAt: number
}

export type MovementRow = {
  id: number
  bookId: number
  delta: number
  quantityAfter: number
  actorId: number | null
  tokenId: number | null
  note: string | null
  createdAt: number
}

export type WaitlistRow = {
  id: number
  bookId: number
  openedAt: number
  notifiedAt: number | null
  withdrawnAt: number | null
  closedBy: number | null
  notified: number
}

/** News for everybody who waits on a waitlist. Unlike other rows, one that is replaced by the old date goes away. */
export type AnnouncementRow = {
  id: number
  waitlistId: number
  news: ExpectedDateNews
  lastPrebookId: number
  settlesAt: number
  isDispatched: boolean
}

export type PrebookRow = {
  id: number
  waitlistId: number
  bookId: number
  userId: number
  createdAt: number
  cancelledAt: number | null
  cancelledFrom: CancelledFrom | null
}

/** The latest link of an account for a purpose. `expiresAt` is 0 when it was used or replaced. */
export type LinkRow = {
  userId: number
  purpose: AccountLinkPurpose
  generation: number
  expiresAt: number
  email: string | null
  role: Role | null
}

export type DeliveryRow = {
  id: number
  kind: DeliveryKind
  lane: DeliveryLane
  prebookId: number | null
  bookId: number | null
  userId: number
  recipient: string | null
  /** The link in it. */
  link: Pick<LinkRow, 'purpose' | 'generation'> | null
  /** The dates in it. */
  news: ExpectedDateNews | null
  state: DeliveryState
  attempts: number
  queuedAt: number
  skipReason: SkipReason | null
  lastError: string | null
  sentAt: number | null
}

/** What a guest asked for. A real service stores nothing of it before it is confirmed. */
export type WishRow = {
  id: number
  bookId: number
  email: string
  locale: Locale
  expiresAt: number
  /** The prebook that it led to. */
  prebookId: number | null
}

/** What a guest agreed to for a prebook. */
export type ConsentRow = { prebookId: number; version: string; locale: Locale; givenAt: number }

export type RefusalRow = { email: string; deliveryId: number; refusedAt: number }

export type TokenRow = {
  id: number
  name: string
  text: string
  /** How many texts it has had. */
  version: number
  previous: { text: string; until: number } | null
  scopes: TokenScope[]
  createdBy: number
  createdAt: number
  expiresAt: number | null
  lastUsedAt: number | null
  revokedAt: number | null
}

export type AuditRow = {
  id: number
  at: number
  actorId: number | null
  tokenId: number | null
  action: AuditAction
  subject: string
  details: Record<string, number | string | number[] | string[]>
}

/** An answer to a stock change with an idempotency key. `request` is the whole request, as text. */
export type StockRequestRow = {
  actor: string
  key: string
  request: string
  answer: string
  createdAt: number
}

export type Rows = {
  users: UserRow[]
  sessions: SessionRow[]
  books: BookRow[]
  movements: MovementRow[]
  waitlists: WaitlistRow[]
  announcements: AnnouncementRow[]
  prebooks: PrebookRow[]
  links: LinkRow[]
  deliveries: DeliveryRow[]
  wishes: WishRow[]
  consents: ConsentRow[]
  refusals: RefusalRow[]
  tokens: TokenRow[]
  audit: AuditRow[]
  stockRequests: StockRequestRow[]
}

export function noRows(): Rows {
  return {
    users: [],
    sessions: [],
    books: [],
    movements: [],
    waitlists: [],
    announcements: [],
    prebooks: [],
    links: [],
    deliveries: [],
    wishes: [],
    consents: [],
    refusals: [],
    tokens: [],
    audit: [],
    stockRequests: [],
  }
}
