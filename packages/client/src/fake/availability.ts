import {
  availabilityOf,
  cappedCount,
  precisionOf,
  type BookAvailabilities,
  type BookAvailability,
  type BookAvailabilityInput,
} from '@prebook/core'
import type { Call } from './callers.ts'
import { dateToShow, findBookByIsbn, findOpenWaitlist, queueOf, type Shop } from './shop.ts'

export function bookAvailability({ shop }: Call, { isbn }: BookAvailabilityInput): BookAvailabilities {
  return { items: [...new Set(isbn)].toSorted().map((each) => present(shop, each)) }
}

function present(shop: Shop, isbn: string): BookAvailability {
  const book = findBookByIsbn(shop, isbn)
  const waitlist = book === undefined ? undefined : findOpenWaitlist(shop, book.id)
  const availability = availabilityOf(book)
  const expectedOn = availability === 'sold-out' ? dateToShow(shop, book?.expectedOn ?? null) : null
  return {
    isbn,
    availability,
    bookId: book?.id ?? null,
    title: book?.title ?? null,
    waiting: cappedCount(waitlist === undefined ? 0 : queueOf(shop, waitlist.id).length),
    expectedOn,
    expectedPrecision: precisionOf(expectedOn),
  }
}
