import { PrebookError, type AccountLinkPurpose } from '@prebook/core'
import {
  closeAccountLink,
  findAccountLink,
  findUser,
  type AccountLinkRow,
  type Reader,
  type Tx,
  type UserRow,
} from '@prebook/db'
import type { AccountLink } from '../mail/content/links.ts'
import type { Services } from '../services.ts'

/** A link of an account that works now. */
export type OpenLink = { row: AccountLinkRow; user: UserRow }

/**
 * Reads the token of a link. It says nothing about whether the link was used.
 *
 * @throws PrebookError `AUTH_LINK_INVALID`
 */
export function readAccountLink(
  { mail, now }: Services,
  purpose: AccountLinkPurpose,
  token: string,
): AccountLink {
  const link = mail.links.readAccount(purpose, token, now())
  if (link === null) throw new PrebookError('AUTH_LINK_INVALID')
  return link
}

/**
 * Finds the link of a token without changing anything.
 *
 * @throws PrebookError `AUTH_LINK_INVALID` when it was used or replaced, or the account is gone or deactivated
 */
export async function findOpenLink(
  reader: Reader,
  purpose: AccountLinkPurpose,
  { userId, generation }: AccountLink,
): Promise<OpenLink> {
  const row = await findAccountLink(reader, userId, purpose)
  const user = await findUser(reader, userId)
  if (row?.generation !== generation || user === undefined || user.is_active === 0)
    throw new PrebookError('AUTH_LINK_INVALID')
  return { row, user }
}

/**
 * Uses up a link: of concurrent calls for one link, one succeeds.
 *
 * @throws PrebookError `AUTH_LINK_INVALID`
 */
export async function consumeLink(tx: Tx, purpose: AccountLinkPurpose, link: AccountLink): Promise<OpenLink> {
  const found = await findOpenLink(tx, purpose, link)
  if (!(await closeAccountLink(tx, { ...link, purpose }))) throw new PrebookError('AUTH_LINK_INVALID')
  return found
}
