import { moreCopies, newSpell } from './after-the-restock.ts'
import { adminLooks, oneCancels, readersPrebook, refusals } from './before-the-restock.ts'
import { UnexpectedAnswer } from './checks.ts'
import type { Book } from './fill-catalogue.ts'
import { mailsCome } from './the-mail.ts'
import { restock } from './the-restock.ts'
import type { Stage, StoryBooks } from './stage.ts'

/** Copies that arrive while readers wait, and copies there are after a second delivery. */
const COPIES = { first: 5, second: 10 }

/** Plays the whole story. Each line shows what the API answered, and nothing goes on after a wrong answer. */
export async function giveTour(stage: Stage): Promise<void> {
  const places = await readersPrebook(stage)
  await refusals(stage)
  await oneCancels(stage, places)
  await adminLooks(stage, COPIES.first)
  const notifiedAt = await restock(stage, places, COPIES.first)
  await mailsCome(stage, places, notifiedAt)
  await moreCopies(stage, places, COPIES.second, notifiedAt)
  await newSpell(stage, notifiedAt)
}

/**
 * Picks the books of the story.
 *
 * @param waitingFor how many readers wait for a title
 * @throws UnexpectedAnswer when the shop lacks one, or its stock does not fit the story
 */
export function storyBooks(shop: readonly Book[], waitingFor: (title: string) => number): StoryBooks {
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
  throw new UnexpectedAnswer(
    `The story needs ${title} ${inStock ? 'in stock' : 'sold out'}; the shop has it otherwise.`,
  )
}
