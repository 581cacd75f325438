import { PrebookError } from '@prebook/core'
import { findBook } from '@prebook/db'
import { dateToShow } from '../books/present-book.ts'
import type { Wish } from '../mail/content/links.ts'
import type { Services } from '../services.ts'

/** A wish with its book as it is now. */
export type ReadWish = Pick<Wish, 'email' | 'locale'> & {
  book: { id: number; title: string; author: string; expectedOn: string | null }
  /** Whether it can be confirmed; if not, why. */
  state: 'open' | 'in-stock' | 'withdrawn'
}

/**
 * Reads the wish behind a link without changing anything.
 *
 * @throws PrebookError `AUTH_LINK_INVALID`
 */
export async function readWish(services: Services, token: string): Promise<ReadWish> {
  const { store, mail, now } = services
  const wish = mail.links.readWish(token, now())
  const book = wish === null ? undefined : await store.read((reader) => findBook(reader, wish.bookId))
  if (wish === null || book === undefined) throw new PrebookError('AUTH_LINK_INVALID')
  const { email, locale } = wish
  const { id, title, author } = book
  return {
    email,
    locale,
    book: { id, title, author, expectedOn: dateToShow(services, book.expected_on) },
    state: book.stock_quantity > 0 ? 'in-stock' : book.withdrawn_at === null ? 'open' : 'withdrawn',
  }
}
