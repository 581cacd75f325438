import type { KnownColumns } from '../columns.ts'
import type { StockColumn } from './read-stock-row.ts'

/** The columns of a stock list of a till or a wholesaler, and those that it needs. */
export const stockListColumns: KnownColumns<StockColumn> = {
  known: [
    {
      name: 'isbn',
      synonyms: [
        'isbn13',
        'isbn10',
        'ean',
        'ean13',
        'barcode',
        'variant barcode',
        'gtin',
        'gtin13',
        'gtin, upc, ean, or isbn',
      ],
      meaning: 'ISBN of the book, or use id',
    },
    { name: 'id', synonyms: ['book id'], meaning: 'ID of the book, in a list without ISBNs' },
    {
      name: 'quantity',
      synonyms: [
        'stock',
        'stock quantity',
        'stock on hand',
        'on hand',
        'qty on hand',
        'quantity on hand',
        'soh',
        'qty',
        'copies',
        'available',
        'inventory',
        'inventory quantity',
        'variant inventory qty',
        'current quantity',
        'bestand',
        'lagerbestand',
        'voorraad',
        'existencias',
        'giacenza',
      ],
      meaning: 'copies in stock',
    },
  ],
  needed: [['isbn', 'id'], ['quantity']],
}
