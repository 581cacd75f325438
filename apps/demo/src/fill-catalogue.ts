import type { PrebookClient, RouterOutputs } from '@prebook/client'
import { catalogue } from './catalogue.ts'

/** A book as the API answers it. */
export type Book = RouterOutputs['books']['create']

/** Books created at a time; the client sends them in one request. */
const AT_ONCE = 10

/** Adds every book of the catalogue, as an admin does. */
export async function fillCatalogue(admin: PrebookClient): Promise<Book[]> {
  const books: Book[] = []
  for (let first = 0; first < catalogue.length; first += AT_ONCE) {
    const batch = catalogue.slice(first, first + AT_ONCE)
    books.push(...(await Promise.all(batch.map((book) => admin.books.create.mutate(book)))))
  }
  return books
}

/** Lists every book of the shop. */
export async function listBooks(client: PrebookClient): Promise<Book[]> {
  const books: Book[] = []
  let cursor: string | null = null
  do {
    const page: RouterOutputs['books']['list'] = await client.books.list.query({ limit: 100, cursor })
    books.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return books
}
