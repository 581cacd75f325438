import {
  isPastDate,
  LINK_MS,
  mailedLinkPurposes,
  mailSkipReason,
  PrebookError,
  type AccountLinkPurpose,
  type DeliveryLane,
  type ExpectedDateNews,
  type Role,
  type SkipReason,
} from '@prebook/core'
import { findBook, findUser, isOpen, isoTime, type Shop } from './shop.ts'
import type { DeliveryRow, Holder, LinkRow, PrebookRow } from './rows.ts'

/** @throws PrebookError `MAIL_NOT_CONFIGURED` */
export function requireMail({ hasMail }: Shop): void {
  if (!hasMail) throw new PrebookError('MAIL_NOT_CONFIGURED')
}

type LinkMail = { userId: number } & (
  | { kind: 'verify' | 'reset' | 'set-password' }
  | { kind: 'change-email'; email: string }
  | { kind: 'invite'; role: Role }
)

/**
 * Opens a link of an account and mails it. Earlier links for the purpose stop working.
 *
 * @returns the end of the link
 */
export function mailLink(shop: Shop, mail: LinkMail, lane: DeliveryLane = 'now'): number {
  const purpose = mailedLinkPurposes[mail.kind]
  const before = findLink(shop, mail.userId, purpose)
  const link: LinkRow = {
    userId: mail.userId,
    purpose,
    generation: (before?.generation ?? 0) + 1,
    expiresAt: shop.now() + LINK_MS[purpose],
    email: 'email' in mail ? mail.email : null,
    role: 'role' in mail ? mail.role : null,
  }
  if (before === undefined) shop.rows.links.push(link)
  else Object.assign(before, link)
  const { kind, userId } = mail
  const { email: recipient, generation } = link
  deliver(shop, queue(shop, { kind, lane, userId, recipient, link: { purpose, generation } }))
  return link.expiresAt
}

/** Like {@link mailLink}, unless a link for the purpose is still open. Then it returns undefined. */
export function mailLinkOnce(shop: Shop, mail: LinkMail, lane: DeliveryLane = 'now'): number | undefined {
  const purpose = mailedLinkPurposes[mail.kind]
  const isPending = (findLink(shop, mail.userId, purpose)?.expiresAt ?? 0) > shop.now()
  return isPending ? undefined : mailLink(shop, mail, lane)
}

/** Mails readers that a book is back, or that it will not come back. */
export function mailReaders(shop: Shop, kind: 'restock' | 'withdrawal', prebooks: PrebookRow[]): void {
  const queued = prebooks.map(({ id: prebookId, bookId, userId }) =>
    queue(shop, { kind, lane: 'bulk', userId, prebookId, bookId }),
  )
  for (const delivery of queued) deliver(shop, delivery)
}

/** Mails readers that a book is expected at another time. */
export function mailExpectedDate(shop: Shop, prebooks: PrebookRow[], news: ExpectedDateNews): void {
  const queued = prebooks.map(({ id: prebookId, bookId, userId }) =>
    queue(shop, { kind: 'expected-date', lane: 'bulk', userId, prebookId, bookId, news }),
  )
  for (const delivery of queued) deliver(shop, delivery)
}

/** Tells the old address of an account that it has a new one. */
export function mailOldAddress(shop: Shop, userId: number, recipient: string): void {
  deliver(shop, queue(shop, { kind: 'email-changed', lane: 'now', userId, recipient }))
}

function queue(
  shop: Shop,
  mail: Pick<DeliveryRow, 'kind' | 'lane' | 'userId'> &
    Partial<Pick<DeliveryRow, 'recipient' | 'link' | 'news' | 'prebookId' | 'bookId'>>,
): DeliveryRow {
  const delivery: DeliveryRow = {
    id: shop.nextDelivery++,
    recipient: null,
    link: null,
    news: null,
    prebookId: null,
    bookId: null,
    ...mail,
    state: 'pending',
    attempts: 0,
    queuedAt: shop.now(),
    skipReason: null,
    lastError: null,
    sentAt: null,
  }
  shop.rows.deliveries.push(delivery)
  return delivery
}

/** Sends a delivery again, with its attempts reset. */
export function redeliver(shop: Shop, delivery: DeliveryRow): void {
  Object.assign(delivery, { attempts: 0, queuedAt: shop.now() })
  deliver(shop, delivery)
}

/** Sends a delivery, or decides why not. A real service does that a moment later. */
function deliver(shop: Shop, delivery: DeliveryRow): void {
  const to = addressOf(shop, delivery)
  const skipReason = to === null ? 'erased' : skipReasonOf(shop, delivery, to)
  // An address cannot be proven without a mail server.
  if (!shop.hasMail && (skipReason === null || skipReason === 'unverified')) delivery.state = 'held'
  else if (to === null || skipReason !== null) {
    Object.assign(delivery, { state: 'skipped', skipReason })
    if (skipReason === 'unverified') mailLinkOnce(shop, { kind: 'verify', userId: delivery.userId }, 'bulk')
  } else if (shop.refusing.has(to)) {
    const lastError = '550 5.1.1 No such mailbox.'
    Object.assign(delivery, { state: 'failed', attempts: delivery.attempts + 1, lastError })
    shop.rows.refusals.push({ email: to, deliveryId: delivery.id, refusedAt: shop.now() })
  } else {
    const sentAt = shop.now()
    Object.assign(delivery, { state: 'sent', attempts: delivery.attempts + 1, sentAt, lastError: null })
    const { id: deliveryId, kind, userId, link, prebookId, bookId } = delivery
    const token = link === null ? null : linkToken({ userId, ...link })
    shop.mails.push({ deliveryId, kind, to, token, prebookId, bookId, sentAt: isoTime(sentAt) })
  }
}

/** Where a delivery goes; null when the account has no address any more. */
export function addressOf(shop: Shop, { recipient, userId }: DeliveryRow): string | null {
  return recipient ?? findUser(shop, userId)?.email ?? null
}

/** Whether an address gets no mail because it refused earlier mail. */
export function isSuppressed({ rows }: Shop, email: string | null): boolean {
  return rows.refusals.some((refusal) => refusal.email === email)
}

function skipReasonOf(shop: Shop, delivery: DeliveryRow, to: string): SkipReason | null {
  const user = shop.rows.users[delivery.userId - 1]
  const { kind, lane, link } = delivery
  if (link !== null) {
    const latest = findLink(shop, delivery.userId, link.purpose)
    if (latest?.generation !== link.generation || latest.expiresAt === 0) return 'superseded'
    if (latest.expiresAt <= shop.now()) return 'expired'
  }
  if (delivery.prebookId !== null && shop.rows.prebooks[delivery.prebookId - 1]?.cancelledAt !== null)
    return 'cancelled'
  if (delivery.news !== null) {
    if (!isStillTrue(shop, delivery)) return 'superseded'
    if (delivery.news.to !== null && isPastDate(delivery.news.to, shop.today())) return 'expired'
  }
  return mailSkipReason({
    kind,
    lane,
    isActive: user?.isActive === true,
    optedOut: user?.mailOptOut === true,
    addressRefused: isSuppressed(shop, to),
    isVerified: user?.verifiedAt !== null,
  })
}

/** Whether a book is still expected as the mail says. */
function isStillTrue(shop: Shop, { prebookId, bookId, news }: DeliveryRow): boolean {
  const waitlistId = shop.rows.prebooks[(prebookId ?? 0) - 1]?.waitlistId ?? 0
  const waitlist = shop.rows.waitlists[waitlistId - 1]
  return waitlist !== undefined && isOpen(waitlist) && findBook(shop, bookId ?? 0)?.expectedOn === news?.to
}

/** Skips the mail of an account that is not sent yet. Without a mail server, that is mail that is held. */
export function skipUnsent(
  { rows }: Shop,
  mail: { userId: number; kinds?: readonly DeliveryRow['kind'][]; reason: SkipReason },
): void {
  for (const delivery of rows.deliveries) {
    const isMeant = delivery.userId === mail.userId && (mail.kinds ?? [delivery.kind]).includes(delivery.kind)
    if (isMeant && delivery.state === 'held')
      Object.assign(delivery, { state: 'skipped', skipReason: mail.reason })
  }
}

/** The token of a link, such as `reset-3-1`. */
function linkToken({
  purpose,
  userId,
  generation,
}: Pick<LinkRow, 'purpose' | 'userId' | 'generation'>): string {
  return `${purpose}-${userId}-${generation}`
}

export function findLink({ rows }: Shop, userId: number, purpose: AccountLinkPurpose): LinkRow | undefined {
  return rows.links.find((link) => link.userId === userId && link.purpose === purpose)
}

/**
 * The link of a token and its account.
 *
 * @throws PrebookError `AUTH_LINK_INVALID` when it was used, has expired or was replaced, or the account is deactivated
 */
export function findOpenLink(
  shop: Shop,
  purpose: AccountLinkPurpose,
  token: string,
): { link: LinkRow; user: Holder } {
  const link = shop.rows.links.find((each) => each.purpose === purpose && linkToken(each) === token)
  const user = link === undefined ? undefined : findUser(shop, link.userId)
  if (link === undefined || link.expiresAt <= shop.now() || user === undefined || !user.isActive)
    throw new PrebookError('AUTH_LINK_INVALID')
  return { link, user }
}

export function closeLinks(shop: Shop, userId: number, purposes: AccountLinkPurpose[]): void {
  for (const purpose of purposes) {
    const link = findLink(shop, userId, purpose)
    if (link !== undefined) Object.assign(link, { expiresAt: 0, email: null, role: null })
  }
}
