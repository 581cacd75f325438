import type { BookExpected, Prebook } from '@prebook/core'
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
