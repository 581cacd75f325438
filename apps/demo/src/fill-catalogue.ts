import type { PrebookClient, RouterOutputs } from '@prebook/client'
import { catalogue } from './catalogue.ts'

/** A book as the API answers it. */
export type Book = RouterOutputs['books']['create']

/** How many books are asked for at once: the client sends them in one request. */
const AT_ONCE = 10

/**
 * Adds every book of the catalogue, as an admin does.
 *
 * @param onProgress is told after each request how many books there are
 */
export async function fillCatalogue(
  admin: PrebookClient,
  onProgress: (done: number, total: number) => void,
): Promise<Book[]> {
  const books: Book[] = []
  for (let first = 0; first < catalogue.length; first += AT_ONCE) {
    const some = catalogue.slice(first, first + AT_ONCE)
    books.push(...(await Promise.all(some.map((book) => admin.books.create.mutate(book)))))
    onProgress(books.length, catalogue.length)
  }
  return books
}
