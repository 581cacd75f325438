import type { BookExpected, Prebook } from '@prebook/core'
import { dispatchDeliveries } from '../mail/outbox/dispatcher.ts'
import { atOnce, eachRound, soldOutBook, unexpected, type RaceFixture } from './races.ts'

/**
 * Readers pre-book and staff change the date, in some rounds against a restock. Every reader who waits must know the date: from the
 * announcement, or because the pre-booking showed it. After a restock nothing may be left to mail.
 */
export async function expectAgainstCreate(shop: RaceFixture, rounds: number): Promise<string[]> {
  const expectedOn = `${new Date().getUTCFullYear() + 1}-03`
  return eachRound(rounds, async (violations) => {
    const bookId = await soldOutBook(shop)
    // So that somebody waits for sure.
    await shop.readers[0]?.call.prebooks.create({ bookId })
    const restocks = Math.random() < 0.5
    const prebooks: Prebook[] = []
    const expected: BookExpected[] = []
    const outcomes = await atOnce<unknown>([
      ...[...shop.readers.slice(1), ...shop.otherReaders].map((reader) => async () => {
        prebooks.push(await reader.call.prebooks.create({ bookId }))
      }),
      async () => {
        expected.push(await shop.otherAdmin.call.books.expect({ bookId, expectedOn }))
      },
      ...(restocks ? [() => shop.admin.call.stock.set({ bookId, quantity: 5 })] : []),
    ])
    violations.push(...unexpected(outcomes, restocks ? ['PREBOOK_BOOK_IN_STOCK'] : []))
    const announcement = expected[0]?.announcement ?? null
    const rows = await shop.store.read((reader) =>
      reader.selectFrom('announcements').selectAll().where('book_id', '=', bookId).execute(),
    )
    if (rows.length !== (announcement === null ? 0 : 1)) violations.push(`${rows.length} announcements`)
    const book = await shop.admin.call.books.get({ bookId })
    if (announcement === null) {
      // The restock came first, and the date is that of the next delivery.
      if (!restocks) violations.push('nothing was announced')
      if (book.expectedOn !== expectedOn) violations.push('the date was lost')
      return
    }
    if (book.expectedOn !== (restocks ? null : expectedOn)) violations.push(`the date is ${book.expectedOn}`)
    const last = rows[0]?.last_prebook_id ?? 0
    const unaware = prebooks.filter(({ id, bookExpectedOn }) => id > last && bookExpectedOn !== expectedOn)
    if (unaware.length > 0) violations.push(`${unaware.length} readers do not know the date`)
    const knew = prebooks.filter(({ id }) => id <= last).length + 1
    if (announcement.waiting !== knew) violations.push(`${announcement.waiting} were counted, not ${knew}`)
  })
}

/**
 * A book is withdrawn while staff set its date, and a reader pre-books it. A withdrawn book has no date, and its readers get one e-mail:
 * that it will not come.
 */
export async function expectAgainstWithdrawal(shop: RaceFixture, rounds: number): Promise<string[]> {
  const { services } = shop
  const expectedOn = `${new Date().getUTCFullYear() + 1}-03`
  return eachRound(rounds, async (violations) => {
    const bookId = await soldOutBook(shop)
    for (const reader of shop.readers) await reader.call.prebooks.create({ bookId })
    const outcomes = await atOnce<unknown>([
      () => shop.admin.call.books.withdraw({ bookId }),
      () => shop.otherAdmin.call.books.expect({ bookId, expectedOn }),
    ])
    violations.push(...unexpected(outcomes.slice(0, 1), []))
    violations.push(...unexpected(outcomes.slice(1), ['PREBOOK_BOOK_WITHDRAWN']))
    const { withdrawnAt, expectedOn: shown } = await shop.admin.call.books.get({ bookId })
    if (withdrawnAt === null) violations.push('the book is not withdrawn')
    if (shown !== null) violations.push(`a withdrawn book is expected on ${shown}`)
    // The announcement has settled by then.
    await dispatchDeliveries(
      { ...services, now: () => services.now() + services.announcementDelayMs + 60_000 },
      { stopped: () => false, written: () => {} },
    )
    const mails = await shop.store.read((reader) =>
      reader.selectFrom('deliveries').select('kind').where('book_id', '=', bookId).execute(),
    )
    const kinds = mails.map(({ kind }) => kind).join()
    if (kinds !== shop.readers.map(() => 'withdrawal').join()) violations.push(`the e-mails are ${kinds}`)
  })
}
