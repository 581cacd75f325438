import type { KnownColumns } from '../columns.ts'

/** A column of a book file. */
export type BookColumn =
  | 'title'
  | 'author'
  | 'isbn'
  | 'price'
  | 'description'
  | 'stock'
  | 'expected'
  | 'availability'
  | 'successor'

/** The columns of a book file, and those that every row needs. */
export const bookColumns: KnownColumns<BookColumn> = {
  known: [
    { name: 'title', synonyms: ['name', 'book title'], meaning: 'title' },
    { name: 'author', synonyms: ['authors', 'by', 'writer'], meaning: 'author' },
    { name: 'isbn', synonyms: ['isbn13', 'isbn10', 'ean'], meaning: 'ISBN-10 or ISBN-13' },
    { name: 'price', synonyms: ['list price', 'retail price', 'rrp'], meaning: 'price, such as 19.99' },
    { name: 'description', synonyms: ['summary', 'blurb'], meaning: 'description' },
    {
      name: 'stock',
      synonyms: ['quantity', 'qty', 'copies'],
      meaning: 'copies in stock, for a new book only',
    },
    {
      name: 'expected',
      synonyms: ['expected date', 'due'],
      meaning: 'expected date: 2027-03-12, 2027-03 or 2027-spring',
    },
    {
      name: 'availability',
      synonyms: ['product availability', 'onix availability'],
      meaning: 'available, awaited, withdrawn, or a code of ONIX list 65',
    },
    {
      name: 'successor',
      synonyms: ['replaced by'],
      meaning: 'ISBN of what replaces a withdrawn title',
    },
  ],
  needed: [['title'], ['author'], ['isbn'], ['price']],
}
