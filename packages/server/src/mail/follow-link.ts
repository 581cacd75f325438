import { hasReason } from '@prebook/core'
import { findLinkedPrebook, findUser, updateUser } from '@prebook/db'
import { cancelPrebook } from '../prebooks/cancel-prebook.ts'
import type { Services } from '../services.ts'
import type { MailLinks } from './content/links.ts'

/** The prebook behind a cancel link, and whether it can still be cancelled. */
export type CancelLink = {
  bookTitle: string
  bookAuthor: string
  state: 'live' | 'cancelled' | 'deactivated'
}

/** Reads a cancel link without changing anything; null when the token is invalid. */
export async function readCancelLink(
  services: Services,
  links: MailLinks,
  token: string,
): Promise<CancelLink | null> {
  return (await findByToken(services, links, token))?.shown ?? null
}

/**
 * Cancels the prebook of a link. The token alone authorizes this. A deactivated account cannot cancel by link either.
 *
 * @returns the state before the call: `live` means that this call cancelled it; null when the token is invalid
 */
export async function cancelByLink(
  services: Services,
  links: MailLinks,
  token: string,
): Promise<CancelLink | null> {
  const found = await findByToken(services, links, token)
  if (found === null || found.shown.state !== 'live') return found?.shown ?? null
  try {
    await cancelPrebook({ services, user: { id: found.userId } }, { prebookId: found.prebookId })
  } catch (error) {
    if (!hasReason(error, 'PREBOOK_ALREADY_CANCELLED')) throw error
    return { ...found.shown, state: 'cancelled' }
  }
  return found.shown
}

/**
 * Opts the account of a link out of all mail. Idempotent. Also works for a deactivated account.
 *
 * @returns false when the token is invalid
 */
export async function unsubscribeByLink(
  services: Services,
  links: MailLinks,
  token: string,
): Promise<boolean> {
  const userId = links.read('unsubscribe', token, services.now())
  if (userId === null) return false
  return services.store.write(
    async (tx) => {
      if ((await findUser(tx, userId)) === undefined) return false
      await updateUser(tx, userId, { mail_opt_out: 1 })
      return true
    },
    (done) => (done ? { kind: 'user', userId } : null),
  )
}

async function findByToken(services: Services, links: MailLinks, token: string) {
  const prebookId = links.read('cancel', token, services.now())
  if (prebookId === null) return null
  const found = await services.store.read((reader) => findLinkedPrebook(reader, prebookId))
  if (found === undefined) return null
  const { bookTitle, bookAuthor } = found
  const state: CancelLink['state'] =
    found.cancelledBy !== null ? 'cancelled' : found.userIsActive === 0 ? 'deactivated' : 'live'
  return { prebookId, userId: found.userId, shown: { bookTitle, bookAuthor, state } }
}
