/**
 * The limits of every input. The server validates against them; forms and command lines can check a value before they send
 * it. Lengths are in characters.
 */
export const limits = {
  /** RFC 5321 allows a path of 256 characters, including two angle brackets. */
  email: { max: 254 },
  newPassword: { min: 8, max: 200 },
  title: { max: 300 },
  author: { max: 200 },
  /** Of a book. A longer text is not refused: it is cut and ends with an ellipsis. */
  description: { max: 5_000 },
  /** An ISBN as entered, including hyphens, spaces and what is printed around it. */
  isbn: { max: 64 },
  /** In minor units of the shop's currency: up to the largest integer that every client and database represents exactly. */
  price: { min: 1, max: Number.MAX_SAFE_INTEGER },
  /** Copies of one title. The limit catches a wrong unit or a barcode scanned into the field. */
  stock: { max: 1_000_000 },
  /** The note on a stock movement. */
  note: { max: 500 },
  idempotencyKey: { max: 200 },
  /** The `Idempotency-Key` header of REST. */
  idempotencyHeader: { max: 255 },
  /** The text of a catalogue search. */
  search: { max: 200 },
  cursor: { max: 200 },
  /** Suggestions for a search that is being typed. */
  suggestions: { default: 8, max: 10 },

  /** ISBNs in one call of `books.availability`. */
  availability: { max: 50 },

  /** Items on one page of a list. */
  page: { default: 50, max: 100 },
  /** Rows in one call of `books.import`. One call is one transaction, and other writes wait for it. */
  importRows: { max: 256 },
  /** Lines in one call of `stock.batch`. */
  stockBatch: { max: 500 },
  /** The name of a token. */
  tokenName: { max: 60 },
  /** Days until a token expires. */
  tokenDays: { min: 1, max: 3_650 },
  /** Hours that a rotated token keeps working next to its successor: up to a week. */
  overlapHours: { max: 168 },
  /** Days that a demand report covers. */
  demandDays: { default: 7, max: 365 },
  /** Waiting readers for whom one copy is ordered. */
  readersPerCopy: { min: 1, default: 3, max: 1_000 },
} as const
