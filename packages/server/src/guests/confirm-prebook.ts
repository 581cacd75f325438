import { createHash } from 'node:crypto'
import {
  assertCanBePrebooked,
  consent,
  PrebookError,
  type ConfirmedPrebook,
  type PrebookConfirmInput,
} from '@prebook/core'
import {
  claimWish,
  ensureOpenWaitlist,
  findBook,
  findLivePrebookId,
  findPrebook,
  findUsedWish,
  findUser,
  findUserByEmail,
  insertConsent,
  insertPrebook,
  insertUser,
  lockUser,
  recordWishPrebook,
  type Reader,
  type Tx,
  type UserRow,
} from '@prebook/db'
import { byWish, takeOver } from '../auth/take-over.ts'
import type { Wish } from '../mail/content/links.ts'
import { withQueuePosition } from '../prebooks/queue-position.ts'
import type { Services } from '../services.ts'
import { manageUrl } from './manage-url.ts'

/**
 * Pre-books for a guest by the link from a mail: finds or makes the account of the address, which the link proves. The place in
 * the queue counts from now. A link that was used, or whose reader waits already, leads to the pre-booking as it is now.
 *
 * @throws PrebookError `AUTH_LINK_INVALID`, also after the account was erased; `AUTH_ACCOUNT_DEACTIVATED`,
 *   `PREBOOK_BOOK_IN_STOCK`, `PREBOOK_BOOK_WITHDRAWN`, `RATE_LIMITED` when the account has made too many in an hour
 */
export async function confirmPrebook(
  { services }: { services: Services },
  { token }: PrebookConfirmInput,
): Promise<ConfirmedPrebook> {
  const { store, mail, now, prebookQuota } = services
  const wish = mail.links.readWish(token, now())
  if (wish === null) throw new PrebookError('AUTH_LINK_INVALID')
  const before = await store.read(async (reader) => ({
    used: await findUsedWish(reader, hashOf(wish)),
    user: await findUserByEmail(reader, wish.email),
  }))
  if (before.used === undefined) {
    // First, so that a book that cannot be pre-booked leaves the account as it is.
    await store.read((reader) => findSoldOutBook(reader, wish))
    const { user } = before
    if (user?.verified_at === null) await takeOver(services, byWish(user.id, wish))
    const confirm = () =>
      store.writeOnBook(
        wish.bookId,
        'shared',
        (tx) => useWish(services, tx, wish),
        (userId) => (userId === null ? null : { kind: 'user', userId }),
      )
    await (user === undefined ? confirm() : prebookQuota.use(user.id, confirm))
  }
  return store.read((reader) => answerTo(services, reader, wish))
}

/** What is stored of a wish. It does not lead back to the link. */
export function hashOf({ id }: Wish): string {
  return createHash('sha256').update(id).digest('hex')
}

async function findSoldOutBook(reader: Reader, { bookId }: Wish): Promise<void> {
  const book = await findBook(reader, bookId)
  if (book === undefined) throw new PrebookError('AUTH_LINK_INVALID')
  assertCanBePrebooked({ stockQuantity: book.stock_quantity, withdrawnAt: book.withdrawn_at })
}

/** Makes the prebook, unless the wish was used meanwhile. Returns the account whose it is; null when the wish was used. */
async function useWish({ now }: Services, tx: Tx, wish: Wish): Promise<number | null> {
  const hash = hashOf(wish)
  if ((await findUsedWish(tx, hash)) !== undefined) return null
  await findSoldOutBook(tx, wish)
  // Another transaction may use it at this moment. Then this one waits for it.
  if (!(await claimWish(tx, { hash, expiresAt: wish.expiresAt }))) return null
  const user = await findOrMakeGuest(tx, wish, now())
  const place = { waitlistId: await ensureOpenWaitlist(tx, wish.bookId, now()), userId: user.id }
  const prebookId =
    (await insertPrebook(tx, { ...place, now: now() })) ?? (await findLivePrebookId(tx, place))
  if (prebookId === undefined) throw new PrebookError('STORE_BUSY')
  await recordWishPrebook(tx, { hash, prebookId, manageGeneration: user.manage_generation })
  const { version } = consent
  await insertConsent(tx, { prebookId, version, locale: wish.locale, givenAt: now() })
  return user.id
}

/** The account of the address, locked until the transaction ends. */
async function findOrMakeGuest(tx: Tx, { email, locale }: Wish, now: number): Promise<UserRow> {
  const guest = { email, locale, passwordHash: null, role: 'reader', verified: true, now } as const
  // The insert first: of two wishes of a new address at once, the other one finds the account.
  const user = (await insertUser(tx, guest)) ?? (await lockUser(tx, { email }))
  // Erased, or opened by somebody else, since it was looked for. The next attempt sees that.
  if (user === undefined || user.verified_at === null) throw new PrebookError('STORE_BUSY')
  if (user.is_active === 0) throw new PrebookError('AUTH_ACCOUNT_DEACTIVATED')
  return user
}

/** The prebook that a used wish led to, as it is now. */
async function answerTo(services: Services, reader: Reader, wish: Wish): Promise<ConfirmedPrebook> {
  const prebook = (await findUsedWish(reader, hashOf(wish)))?.prebook
  if (prebook == null) throw new PrebookError('AUTH_LINK_INVALID')
  const { id: prebookId, userId, manageGeneration } = prebook
  const user = await findUser(reader, userId)
  const row = await findPrebook(reader, { prebookId, userId })
  if (user === undefined || row === undefined) throw new PrebookError('AUTH_LINK_INVALID')
  if (user.is_active === 0) throw new PrebookError('AUTH_ACCOUNT_DEACTIVATED')
  const detail = await withQueuePosition(services, reader, row)
  return { ...detail, manageUrl: manageUrl(services, user, manageGeneration) }
}
