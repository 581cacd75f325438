import { Locale, PrebookError, type Prebook, type PrebookDetail } from '@prebook/core'
import { findUser, listPrebooks, revokeManageLinks, updateUser, type Reader, type UserRow } from '@prebook/db'
import { beginErasure, finishErasure } from '../account/erasure.ts'
import { mailAccountLink, requireMail } from '../account/mail-account-link.ts'
import type { RequestFacts } from '../context.ts'
import { cancelPrebook } from '../prebooks/cancel-prebook.ts'
import { withQueuePosition } from '../prebooks/queue-position.ts'
import type { Services } from '../services.ts'
import { isGuestRow } from './is-guest.ts'

/** Pre-bookings on one page of a guest. */
const PAGE = 20

/** What a guest sees behind the link in their mail. */
export type GuestPage = {
  email: string
  locale: Locale
  mailOptOut: boolean
  /** Newest first. */
  prebooks: PrebookDetail[]
  /** The page after this one: its prebooks have smaller ids. Null on the last page. */
  beforeId: number | null
}

/**
 * Reads the page of a guest without changing anything.
 *
 * @param page.token of the link, which is the only credential
 * @param page.beforeId from the page before; null for the first one
 * @throws PrebookError `AUTH_LINK_INVALID` when the link has expired or was revoked, or the account is erased or has a password;
 *   `AUTH_ACCOUNT_DEACTIVATED`. So do all functions of this file
 */
export async function readGuestPage(
  services: Services,
  { token, beforeId }: { token: string; beforeId: number | null },
): Promise<GuestPage> {
  return services.store.read(async (reader) => {
    const user = await findGuest(services, reader, token)
    const page = { userId: user.id, status: undefined, beforeId, limit: PAGE + 1 }
    const rows = await listPrebooks(reader, page)
    const shown = rows.slice(0, PAGE)
    const prebooks: PrebookDetail[] = []
    for (const row of shown) prebooks.push(await withQueuePosition(services, reader, row))
    return {
      email: user.email,
      locale: localeOf(user),
      mailOptOut: user.mail_opt_out === 1,
      prebooks,
      beforeId: rows.length > PAGE ? (shown.at(-1)?.id ?? null) : null,
    }
  })
}

/**
 * Cancels a prebook of the guest.
 *
 * @throws PrebookError `PREBOOK_NOT_FOUND`, `PREBOOK_ALREADY_CANCELLED`
 */
export async function cancelAsGuest(services: Services, token: string, prebookId: number): Promise<Prebook> {
  const user = await services.store.read((reader) => findGuest(services, reader, token))
  return cancelPrebook({ services, user }, { prebookId })
}

/** Changes the language of the guest, or whether they get mail about books. */
export async function updateGuest(
  services: Services,
  token: string,
  change: { locale: Locale } | { mailOptOut: boolean },
): Promise<void> {
  const fields =
    'locale' in change ? { locale: change.locale } : ({ mail_opt_out: change.mailOptOut ? 1 : 0 } as const)
  await services.store.write(
    async (tx) => updateUser(tx, (await findGuest(services, tx, token)).id, fields),
    ({ id }) => ({ kind: 'user', userId: id }),
  )
}

/**
 * Mails a link that sets a password. It goes to the address of the guest and is not shown, because who reads a forwarded mail
 * must not get the account.
 *
 * @throws PrebookError `MAIL_NOT_CONFIGURED`, `RATE_LIMITED`
 */
export async function mailGuestPassword(
  { services, request }: { services: Services; request: Pick<RequestFacts, 'address'> },
  token: string,
): Promise<void> {
  const { store, mailThrottle, now } = services
  const { email } = await store.read((reader) => findGuest(services, reader, token))
  requireMail(services)
  const count = await mailThrottle.prepare({ address: request.address, email })
  await store.write(
    async (tx) => {
      const user = await findGuest(services, tx, token)
      await count(tx)
      await mailAccountLink(tx, { kind: 'set-password', user, now: now() })
    },
    () => ({ kind: 'mail-queued' }),
  )
}

/** Makes every link to the page of the guest stop working, this one too. The next mail has one that works. */
export async function revokeGuestLinks(services: Services, token: string): Promise<void> {
  await services.store.write(async (tx) => revokeManageLinks(tx, (await findGuest(services, tx, token)).id))
}

/** Erases the guest: the address is gone, and the waiting prebooks are cancelled. */
export async function eraseGuest(services: Services, token: string): Promise<void> {
  const userId = await services.store.writeOnAdmins(
    async (tx) => {
      const { id, manage_generation } = await findGuest(services, tx, token)
      const before = await beginErasure(services, tx, id)
      // It may have changed since it was read.
      if (before.manage_generation !== manage_generation || !isGuestRow(before))
        throw new PrebookError('AUTH_LINK_INVALID')
      return id
    },
    (id) => ({ kind: 'user', userId: id }),
  )
  await finishErasure(services, userId)
}

async function findGuest({ mail, now }: Services, reader: Reader, token: string): Promise<UserRow> {
  const link = mail.links.readManage(token, now())
  const user = link === null ? undefined : await findUser(reader, link.userId)
  if (user === undefined || user.manage_generation !== link?.generation || !isGuestRow(user))
    throw new PrebookError('AUTH_LINK_INVALID')
  if (user.is_active === 0) throw new PrebookError('AUTH_ACCOUNT_DEACTIVATED')
  return user
}

/** Accounts from before guests may have a language that they cannot choose. */
function localeOf(user: Pick<UserRow, 'locale'>): Locale {
  return Locale.safeParse(user.locale).data ?? 'en'
}
