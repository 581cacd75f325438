import { PrebookError } from '@prebook/core'
import { findBook, findUsedWish, type BookRow } from '@prebook/db'
import { dateToShow } from '../books/present-book.ts'
import type { Wish } from '../mail/content/links.ts'
import type { Services } from '../services.ts'
import { hashOf } from './confirm-prebook.ts'

/** A wish with its book as it is now. */
export type ReadWish = Pick<Wish, 'email' | 'locale'> & {
  book: { id: number; title: string; author: string; expectedOn: string | null }
  /** Whether it can be confirmed; if not, why. `used`: it was, and confirming it again changes nothing. */
  state: 'open' | 'used' | 'in-stock' | 'withdrawn'
}

/**
 * Reads the wish behind a link without changing anything.
 *
 * @throws PrebookError `AUTH_LINK_INVALID`
 */
export async function readWish(services: Services, token: string): Promise<ReadWish> {
  const { store, mail, now } = services
  const wish = mail.links.readWish(token, now())
  if (wish === null) throw new PrebookError('AUTH_LINK_INVALID')
  const { book, isUsed } = await store.read(async (reader) => ({
    book: await findBook(reader, wish.bookId),
    isUsed: (await findUsedWish(reader, hashOf(wish))) !== undefined,
  }))
  if (book === undefined) throw new PrebookError('AUTH_LINK_INVALID')
  const { email, locale } = wish
  const { id, title, author } = book
  return {
    email,
    locale,
    book: { id, title, author, expectedOn: dateToShow(services, book.expected_on) },
    state: isUsed ? 'used' : stateOf(book),
  }
}

function stateOf(book: Pick<BookRow, 'stock_quantity' | 'withdrawn_at'>): ReadWish['state'] {
  if (book.stock_quantity > 0) return 'in-stock'
  return book.withdrawn_at === null ? 'open' : 'withdrawn'
}
