import type { ConfirmedPrebook } from '@prebook/core'
import { findUserByEmail, insertUser, listAwaitedBooks } from '@prebook/db'
import { beginErasure, finishErasure } from '../account/erasure.ts'
import type { Wish } from '../mail/content/links.ts'
import { cancelPrebook } from '../prebooks/cancel-prebook.ts'
import { createCaller } from '../router/app-router.ts'
import type { Services } from '../services.ts'
import { testContext } from '../testing/server.ts'
import { newWish, wishToken } from '../testing/wishes.ts'
import {
  atOnce,
  eachRound,
  miscounted,
  soldOutBook,
  stranded,
  unexpected,
  type RaceFixture,
} from './races.ts'

/** Confirmations in a race. */
const GUESTS = 6

/** Clicks on one link. */
const CLICKS = 64

/**
 * Guests confirm wishes while the book is restocked or withdrawn. Each is refused and nothing of them is stored, or they are notified
 * or cancelled with everybody else, and counted. No guest may be left waiting.
 */
export async function confirmAgainstEnd(
  shop: RaceFixture,
  end: 'restock' | 'withdrawal',
  rounds: number,
  isEnough?: (violations: readonly string[]) => boolean,
): Promise<string[]> {
  const [refusal, status] =
    end === 'restock' ? ['PREBOOK_BOOK_IN_STOCK', 'notified'] : ['PREBOOK_BOOK_WITHDRAWN', 'cancelled']
  const round = async (violations: string[]) => {
    const bookId = await soldOutBook(shop)
    const wishes = Array.from({ length: GUESTS }, () => newWish(bookId))
    let ended = 0
    const confirmed = new Set<Wish>()
    const outcomes = await atOnce<unknown>([
      ...wishes.map((wish, index) => async () => {
        await confirm(either(shop, index), wish)
        confirmed.add(wish)
      }),
      async () => {
        ended = await endOf(shop, end, bookId)
      },
    ])
    violations.push(...unexpected(outcomes, [refusal]))
    violations.push(...(await stranded(shop, bookId)), ...(await miscounted(shop)))
    if (ended !== confirmed.size) violations.push(`${confirmed.size} confirmed, and ${ended} were ${status}`)
    for (const wish of wishes) {
      const shown = confirmed.has(wish) ? (await confirm(shop.services, wish)).status : 'refused'
      const user = await shop.store.read((reader) => findUserByEmail(reader, wish.email))
      if (shown !== (user === undefined ? 'refused' : status)) violations.push(`a guest is ${shown}`)
    }
  }
  return eachRound(rounds, round, isEnough)
}

/** Restocks or withdraws a book. Returns how many waited. */
async function endOf(
  { otherAdmin: { call } }: RaceFixture,
  end: 'restock' | 'withdrawal',
  bookId: number,
): Promise<number> {
  if (end === 'restock') return (await call.stock.set({ bookId, quantity: 5 })).broadcast?.notified ?? 0
  return (await call.books.withdraw({ bookId })).waitlistClosed?.cancelled ?? 0
}

/**
 * Somebody clicks many times on the link of a wish, and cancels as soon as the first answer is there. In half of the rounds, somebody
 * else opened an account with the address and waits for the book. In the end there is one prebook of the guest, which every answer
 * shows.
 *
 * @param options.links `many` gives each click a link of its own, to verify that the race detects more than one prebook
 */
export async function confirmAgainstItself(
  shop: RaceFixture,
  { rounds, links = 'one' }: { rounds: number; links?: 'one' | 'many' },
): Promise<string[]> {
  return eachRound(rounds, async (violations) => {
    const bookId = await soldOutBook(shop)
    const wish = newWish(bookId)
    const squatted = Math.random() < 0.5 ? await squat(shop, wish) : undefined
    const shown = new Set<number>()
    let cancelling: Promise<unknown> | undefined
    const outcomes = await atOnce(
      Array.from({ length: CLICKS }, (_, index) => async () => {
        const services = either(shop, index)
        const { id } = await confirm(
          services,
          links === 'one' ? wish : { ...newWish(bookId), email: wish.email },
        )
        shown.add(id)
        cancelling ??= cancel(services, wish, id)
      }),
    )
    await cancelling
    violations.push(...unexpected(outcomes, []), ...(await miscounted(shop)))
    if (shown.size !== 1) violations.push(`${shown.size} prebooks are shown`)
    const rows = await shop.store.read((reader) =>
      reader
        .selectFrom('prebooks')
        .innerJoin('waitlists', 'waitlists.id', 'prebooks.waitlist_id')
        .leftJoin('consents', 'consents.prebook_id', 'prebooks.id')
        .select(['prebooks.id', 'prebooks.cancelled_at', 'consents.version'])
        .where('waitlists.book_id', '=', bookId)
        .execute(),
    )
    const own = rows.filter(({ id }) => id !== squatted)
    if (own.length !== 1 || own.some(({ id, version }) => !shown.has(id) || version === null))
      violations.push(`there are ${own.length} prebooks`)
    if (rows.some((row) => row.cancelled_at === null)) violations.push('a prebook is not cancelled')
  })
}

/**
 * A guest confirms another wish while the account is erased. Afterwards the erased account waits for nothing. A confirmation that comes
 * later makes a new account.
 */
export async function confirmAgainstErasure(shop: RaceFixture, rounds: number): Promise<string[]> {
  return eachRound(rounds, async (violations) => {
    const [first, second] = [newWish(await soldOutBook(shop)), newWish(await soldOutBook(shop))]
    await confirm(shop.services, first)
    const user = await shop.store.read((reader) => findUserByEmail(reader, first.email))
    const userId = user?.id ?? 0
    const outcomes = await atOnce<unknown>([
      () => confirm(shop.services, { ...second, email: first.email }),
      () => erase(shop.otherServices, userId),
    ])
    violations.push(...unexpected(outcomes, ['AUTH_LINK_INVALID', 'STORE_BUSY']))
    const left = await shop.store.read((reader) => listAwaitedBooks(reader, { userId, limit: 2 }))
    if (left.length > 0) violations.push(`an erased account waits for ${left.length} books`)
    violations.push(...(await miscounted(shop)))
  })
}

async function erase(services: Services, userId: number): Promise<void> {
  await services.store.writeOnAdmins((tx) => beginErasure(services, tx, userId))
  await finishErasure(services, userId)
}

/** Somebody opens an account with the address of a wish, and pre-books the book. Returns the prebook's id. */
async function squat({ services, store }: RaceFixture, { email, bookId }: Wish): Promise<number> {
  const account = { email, passwordHash: 'x', role: 'reader', now: 1 } as const
  const user = await store.write((tx) => insertUser(tx, account))
  const { token } = await services.sessions.start(user?.id ?? 0)
  const { id } = await createCaller(() => testContext(services, token)).prebooks.create({ bookId })
  return id
}

async function cancel(services: Services, { email }: Wish, prebookId: number): Promise<void> {
  const user = await services.store.read((reader) => findUserByEmail(reader, email))
  await cancelPrebook({ services, user: { id: user?.id ?? 0 } }, { prebookId })
}

function either(shop: RaceFixture, index: number): Services {
  return index % 2 === 0 ? shop.services : shop.otherServices
}

/** Confirms a wish by a link that is signed for the connection. */
async function confirm(services: Services, wish: Wish): Promise<ConfirmedPrebook> {
  const token = wishToken(wish, services.mail.links)
  return createCaller(() => testContext(services)).prebooks.confirm({ token })
}
