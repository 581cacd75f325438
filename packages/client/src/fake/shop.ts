import { isGuest, isPastDate, type AuditAction, type AuditDetails, type AuditSubject } from '@prebook/core'
import type { FakeMail } from './sent-mail.ts'
import { createStreams, type Streams } from './streams.ts'
import { noRows, type AuditRow, type BookRow, type Holder, type Rows, type WaitlistRow } from './rows.ts'

/** The state of a fake. */
export type Shop = {
  rows: Rows
  mails: FakeMail[]
  streams: Streams
  /** Whether it has a mail server. */
  hasMail: boolean
  currency: string
  /** Addresses that refuse every mail. */
  refusing: Set<string>
  now(): number
  timeZone: string
  /** The day in its time zone. */
  today(): string
  /** Counts up. */
  nextSession: number
  /** Counts up, also for mail of which no row is left. */
  nextDelivery: number
  /** Where it seems to be served. */
  url: string
}

export function createShop(settings: Pick<Shop, 'hasMail' | 'currency' | 'now' | 'url'>): Shop {
  return {
    rows: noRows(),
    mails: [],
    streams: createStreams(),
    refusing: new Set(),
    nextSession: 1,
    nextDelivery: 1,
    timeZone: 'UTC',
    today: () => isoTime(settings.now()).slice(0, 10),
    ...settings,
  }
}

/** A copy for a dry run: its changes reach neither the shop nor its streams. */
export function copyOf(shop: Shop): Shop {
  return { ...shop, rows: structuredClone(shop.rows), mails: [], streams: createStreams() }
}

/** Who acts: an account, or a token of the shop. */
export type ActorId = { userId: number } | { tokenId: number }

/** The columns that say who acted. */
export function actorColumns(actor: ActorId): { actorId: number | null; tokenId: number | null } {
  return 'userId' in actor
    ? { actorId: actor.userId, tokenId: null }
    : { actorId: null, tokenId: actor.tokenId }
}

/** Adds a row with the next id. */
export function add<Row extends { id: number }>(rows: Row[], row: Omit<Row, 'id'>): Row {
  const added = { id: rows.length + 1, ...row } as Row
  rows.push(added)
  return added
}

export function recordAudit<Action extends AuditAction>(
  shop: Shop,
  actor: ActorId,
  entry: { action: Action; subject: AuditSubject; details: AuditDetails<Action> },
): void {
  const details = entry.details as AuditRow['details']
  add(shop.rows.audit, { at: shop.now(), ...actorColumns(actor), ...entry, details })
}

export function findBook({ rows }: Shop, bookId: number): BookRow | undefined {
  return rows.books[bookId - 1]
}

export function findBookByIsbn({ rows }: Shop, isbn: string): BookRow | undefined {
  return rows.books.find((book) => book.isbn === isbn)
}

/** The account, unless it was deleted. */
export function findUser({ rows }: Shop, userId: number): Holder | undefined {
  const user = rows.users[userId - 1]
  return user !== undefined && isHolder(user) ? user : undefined
}

export function findUserByEmail({ rows }: Shop, email: string): Holder | undefined {
  return rows.users.filter(isHolder).find((user) => user.email === email)
}

/** Core's `isGuest`, for an account of the shop. */
export function isGuestAccount({ password, verifiedAt, role }: Holder): boolean {
  return isGuest({ role, hasPassword: password !== null, isVerified: verifiedAt !== null })
}

export function isHolder(user: { email: string | null }): user is Holder {
  return user.email !== null
}

export function hasOtherActiveAdmin({ rows }: Shop, userId: number): boolean {
  return rows.users.some(({ id, role, isActive }) => id !== userId && role === 'admin' && isActive)
}

export function findOpenWaitlist({ rows }: Shop, bookId: number): WaitlistRow | undefined {
  return rows.waitlists.find((waitlist) => waitlist.bookId === bookId && isOpen(waitlist))
}

/** Whether neither a restock nor a withdrawal has closed a waitlist. */
export function isOpen({ notifiedAt, withdrawnAt }: WaitlistRow): boolean {
  return notifiedAt === null && withdrawnAt === null
}

/** The prebooks of a waitlist that their readers have not cancelled, in the order of the queue. */
export function queueOf({ rows }: Shop, waitlistId: number) {
  return rows.prebooks.filter((row) => row.waitlistId === waitlistId && row.cancelledAt === null)
}

export function endSessions({ rows }: Shop, userId: number, exceptToken?: string): void {
  rows.sessions = rows.sessions.filter((row) => row.userId !== userId || row.token === exceptToken)
}

/** ISO 8601 in UTC, as all times of the API. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

/** Like {@link isoTime}, for a time that may be null. */
export function isoTimeOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : isoTime(milliseconds)
}

/** An expected date as everybody may see it: null when it is past. */
export function dateToShow(shop: Shop, expectedOn: string | null): string | null {
  return expectedOn === null || isPastDate(expectedOn, shop.today()) ? null : expectedOn
}
