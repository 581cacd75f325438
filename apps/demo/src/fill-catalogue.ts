import type { PrebookClient, RouterOutputs } from '@prebook/client'
import { catalogue } from './catalogue.ts'

/** A book as the API answers it. */
export type Book = RouterOutputs['books']['create']

/** How many books are asked for at once: the client sends them in one request. */
const AT_ONCE = 10

/** Adds every book of the catalogue, as an admin does. */
export async function fillCatalogue(admin: PrebookClient): Promise<Book[]> {
  const books: Book[] = []
  for (let first = 0; first < catalogue.length; first += AT_ONCE) {
    const some = catalogue.slice(first, first + AT_ONCE)
    books.push(...(await Promise.all(some.map((book) => admin.books.create.mutate(book)))))
  }
  return books
}

/** Every book that there is to buy or to pre-book now. */
export async function wholeShop(client: PrebookClient): Promise<Book[]> {
  const books: Book[] = []
  let cursor: string | null = null
  do {
    const page: RouterOutputs['books']['list'] = await client.books.list.query({ limit: 100, cursor })
    books.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return books
}
