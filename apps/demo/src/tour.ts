import { guestPrebooks } from './a-guest.ts'
import { moreCopies, newSpell } from './after-the-restock.ts'
import { adminChecksDemand, oneCancels, readersPrebook, refusals } from './before-the-restock.ts'
import { UnexpectedAnswer } from './checks.ts'
import type { Book } from './fill-catalogue.ts'
import { mailsArrive } from './the-mail.ts'
import { restock } from './the-restock.ts'
import type { Stage, TourBooks } from './stage.ts'

/** The stock after the first and after the second delivery. */
const COPIES = { first: 5, second: 10 }

/**
 * Runs the whole tour. Each line shows an answer of the API.
 *
 * @throws UnexpectedAnswer at the first wrong answer
 */
export async function runTour(stage: Stage): Promise<void> {
  const placed = await readersPrebook(stage)
  await refusals(stage)
  await oneCancels(stage, placed)
  await adminChecksDemand(stage, COPIES.first)
  const notifiedAt = await restock(stage, placed, COPIES.first)
  await mailsArrive(stage, placed, notifiedAt)
  await moreCopies(stage, placed, COPIES.second, notifiedAt)
  await newSpell(stage, notifiedAt)
  await guestPrebooks(stage)
}

/**
 * Picks the books of the tour.
 *
 * @param waitingFor returns the number of readers waiting for a title
 * @throws UnexpectedAnswer when a book is missing, or its stock does not fit the tour
 */
export function tourBooks(shop: readonly Book[], waitingFor: (title: string) => number): TourBooks {
  const wanted = find(shop, 'Dune', false)
  const other = find(shop, 'Pippi Longstocking', false)
  return {
    wanted,
    other,
    inStock: find(shop, '1984', true),
    alreadyWaiting: { wanted: waitingFor(wanted.title), other: waitingFor(other.title) },
  }
}

function find(shop: readonly Book[], title: string, inStock: boolean): Book {
  const book = shop.find((candidate) => candidate.title === title)
  if (book?.inStock === inStock) return book
  throw new UnexpectedAnswer(`The tour needs ${title} to be ${inStock ? 'in stock' : 'sold out'}.`)
}
