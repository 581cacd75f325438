import type { KnownColumns } from '../columns.ts'

/** A column of a shipment file. */
export type ShipmentColumn = 'isbn' | 'id' | 'quantity'

/** The columns of a shipment file, and those that it needs. */
export const shipmentColumns: KnownColumns<ShipmentColumn> = {
  known: [
    { name: 'isbn', synonyms: ['isbn13', 'isbn10', 'ean'], meaning: 'ISBN of the book, or use id' },
    { name: 'id', synonyms: ['book', 'book id'], meaning: 'ID of the book, or use isbn' },
    { name: 'quantity', synonyms: ['qty', 'copies', 'delivered'], meaning: 'number of copies that arrived' },
  ],
  needed: [['isbn', 'id'], ['quantity']],
}
