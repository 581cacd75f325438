import type { KnownColumns } from '../csv/columns.ts'

/** A column of a shipment file. */
export type ShipmentColumn = 'isbn' | 'id' | 'quantity'

/** What a shipment file may hold, and what it needs. */
export const shipmentColumns: KnownColumns<ShipmentColumn> = {
  known: [
    { name: 'isbn', synonyms: ['isbn13', 'isbn10', 'ean'], meaning: 'the ISBN of a book of the catalogue,' },
    { name: 'id', synonyms: ['book', 'book id'], meaning: 'or its id' },
    { name: 'quantity', synonyms: ['qty', 'copies', 'delivered'], meaning: 'how many copies arrived' },
  ],
  needed: [['isbn', 'id'], ['quantity']],
}
