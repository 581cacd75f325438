import type { KnownColumns } from '../csv/columns.ts'

/** A column of a file of books. */
export type BookColumn = 'title' | 'author' | 'isbn' | 'price' | 'description' | 'stock'

/** What a file of books may hold, and what each row needs. */
export const bookColumns: KnownColumns<BookColumn> = {
  known: [
    { name: 'title', synonyms: ['name', 'book title'], meaning: 'its title' },
    { name: 'author', synonyms: ['authors', 'by', 'writer'], meaning: 'who wrote it' },
    { name: 'isbn', synonyms: ['isbn13', 'isbn10', 'ean'], meaning: 'its ISBN-10 or ISBN-13' },
    { name: 'price', synonyms: ['list price', 'retail price', 'rrp'], meaning: 'such as 19.99' },
    { name: 'description', synonyms: ['summary', 'blurb'], meaning: 'what it is about' },
    { name: 'stock', synonyms: ['quantity', 'qty', 'copies'], meaning: 'copies, for a new book' },
  ],
  needed: [['title'], ['author'], ['isbn'], ['price']],
}
