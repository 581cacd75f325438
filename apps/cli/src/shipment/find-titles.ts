import type { StockRow } from '@prebook/book-files'
import { isPrebookError, type RouterOutputs } from '@prebook/client'
import type { Call } from './retrying-call.ts'

type Book = RouterOutputs['books']['get']

/** A book and its lines of a shipment, in file order. */
export type Title = { book: Book; lines: StockRow[] }

/** A shipment grouped by title, and the lines without a known book; each of those has a problem. */
export type FoundTitles = { titles: Title[]; unmatched: StockRow[] }

/** The number of books looked up at a time. Their calls are batched into one request. */
const CONCURRENT_LOOKUPS = 10

/**
 * Finds the books of a shipment. A line that cannot be counted stays with its book if that is known, so that correcting
 * it later does not renumber the lines after it.
 *
 * @param onProgress called with the number of lines looked up
 */
export async function findTitles(
  call: Call,
  lines: StockRow[],
  onProgress: (done: number) => void,
): Promise<FoundTitles> {
  const titles = new Map<number, Title>()
  const unmatched: StockRow[] = []
  for (let at = 0; at < lines.length; at += CONCURRENT_LOOKUPS) {
    const some = lines.slice(at, at + CONCURRENT_LOOKUPS)
    const found = await Promise.all(some.map((line) => bookOf(call, line)))
    for (const [index, line] of some.entries()) {
      const book = found[index]
      if (book === undefined) unmatched.push({ ...line, problem: line.problem ?? 'Missing ISBN or ID.' })
      else if (typeof book === 'string') unmatched.push({ ...line, problem: line.problem ?? book })
      else {
        const title = titles.get(book.id) ?? { book, lines: [] }
        title.lines.push(line)
        titles.set(book.id, title)
      }
    }
    onProgress(at + some.length)
  }
  return { titles: [...titles.values()], unmatched }
}

/** The book of a line, or the problem with its reference; undefined when the line has no usable reference. */
async function bookOf(call: Call, { isbn, id }: StockRow): Promise<Book | string | undefined> {
  const [byIsbn, byId] = await Promise.all([
    isbn === null ? undefined : lookUp(call, { isbn }),
    id === null ? undefined : lookUp(call, { bookId: id }),
  ])
  if (typeof byIsbn === 'string' || byId === undefined) return byIsbn
  if (typeof byId === 'string' || byIsbn === undefined || byIsbn.id === byId.id) return byId
  return `The ISBN belongs to #${byIsbn.id} ${byIsbn.title}, but the ID belongs to ${byId.title}.`
}

async function lookUp(call: Call, reference: { isbn: string } | { bookId: number }): Promise<Book | string> {
  const name = 'isbn' in reference ? `the ISBN ${reference.isbn}` : `the ID ${reference.bookId}`
  try {
    return await call((client, request) => client.books.get.query(reference, request))
  } catch (error) {
    if (isPrebookError(error, 'BOOK_NOT_FOUND')) return `No book has ${name}.`
    if (isPrebookError(error, 'VALIDATION_ERROR')) return `Check ${name} for typos: it is not valid.`
    throw error
  }
}
