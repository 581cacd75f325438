import type { KnownColumns } from '../columns.ts'
import type { StockColumn } from './read-stock-row.ts'

/** The columns of a shipment file, and those that it needs. */
export const shipmentColumns: KnownColumns<StockColumn> = {
  known: [
    {
      name: 'isbn',
      synonyms: ['isbn13', 'isbn10', 'ean', 'barcode'],
      meaning: 'ISBN of the book, or use id',
    },
    { name: 'id', synonyms: ['book', 'book id'], meaning: 'ID of the book, or use isbn' },
    {
      name: 'quantity',
      synonyms: ['qty', 'copies', 'delivered'],
      meaning: 'copies that arrived, or that were returned: -2',
    },
  ],
  needed: [['isbn', 'id'], ['quantity']],
}
