import type { KnownColumns } from '../columns.ts'

/** A column of a batch file. */
export type BatchColumn = 'isbn' | 'id' | 'quantity' | 'delta' | 'note' | 'key'

/** The columns of a batch file, and those that it needs. */
export const batchColumns: KnownColumns<BatchColumn> = {
  known: [
    { name: 'isbn', synonyms: ['isbn13', 'isbn10', 'ean'], meaning: 'ISBN of the book, or use id' },
    { name: 'id', synonyms: ['book', 'book id'], meaning: 'ID of the book, or use isbn' },
    { name: 'quantity', synonyms: ['qty', 'stock', 'copies'], meaning: 'new stock, or use delta' },
    { name: 'delta', synonyms: ['change'], meaning: 'copies to add, or to remove: -2' },
    { name: 'note', synonyms: ['comment'], meaning: 'note for the stock history' },
    { name: 'key', synonyms: [], meaning: 'unique key, under which the line counts once' },
  ],
  needed: [
    ['isbn', 'id'],
    ['quantity', 'delta'],
  ],
}
