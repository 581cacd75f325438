import { isPrebookError, type RouterOutputs } from '@prebook/client'
import type { ShipmentLine } from './read-shipment.ts'
import type { Ask } from './ask.ts'

type Book = RouterOutputs['books']['get']

/** The lines of a shipment that are about one book, in the order of the file. */
export type Title = { book: Book; lines: ShipmentLine[] }

/** A shipment by title, and the lines whose book is not known; each of those has a problem. */
export type FoundTitles = { titles: Title[]; lost: ShipmentLine[] }

/** How many books are looked up at a time: so many calls share a request. */
const AT_A_TIME = 10

/**
 * Finds the books that a shipment is about. A line that cannot be counted stays with its book where that is known: once
 * it is corrected it must not move the lines after it.
 *
 * @param say is told how many lines are looked up
 */
export async function findTitles(
  ask: Ask,
  lines: ShipmentLine[],
  say: (done: number) => void,
): Promise<FoundTitles> {
  const titles = new Map<number, Title>()
  const lost: ShipmentLine[] = []
  for (let at = 0; at < lines.length; at += AT_A_TIME) {
    const some = lines.slice(at, at + AT_A_TIME)
    const found = await Promise.all(some.map((line) => bookOf(ask, line)))
    for (const [index, line] of some.entries()) {
      const book = found[index]
      if (book === undefined) lost.push({ ...line, problem: line.problem ?? 'Names no book.' })
      else if (typeof book === 'string') lost.push({ ...line, problem: line.problem ?? book })
      else {
        const title = titles.get(book.id) ?? { book, lines: [] }
        title.lines.push(line)
        titles.set(book.id, title)
      }
    }
    say(at + some.length)
  }
  return { titles: [...titles.values()], lost }
}

/** The book of a line, or what is wrong with how it is named; undefined when that is known already. */
async function bookOf(ask: Ask, { isbn, id }: ShipmentLine): Promise<Book | string | undefined> {
  const [byIsbn, byId] = await Promise.all([
    isbn === null ? undefined : lookUp(ask, { isbn }),
    id === null ? undefined : lookUp(ask, { bookId: id }),
  ])
  if (typeof byIsbn === 'string' || byId === undefined) return byIsbn
  if (typeof byId === 'string' || byIsbn === undefined || byIsbn.id === byId.id) return byId
  return `The ISBN is that of #${byIsbn.id} ${byIsbn.title}, the id that of ${byId.title}.`
}

async function lookUp(ask: Ask, reference: { isbn: string } | { bookId: number }): Promise<Book | string> {
  const name = 'isbn' in reference ? `the ISBN ${reference.isbn}` : `the id ${reference.bookId}`
  try {
    return await ask((client, request) => client.books.get.query(reference, request))
  } catch (error) {
    if (isPrebookError(error, 'BOOK_NOT_FOUND')) return `No book has ${name}.`
    if (isPrebookError(error, 'VALIDATION_ERROR'))
      return `There can be no book with ${name}: look for a typing error.`
    throw error
  }
}
