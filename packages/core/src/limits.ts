/**
 * The limits of every input, stated once: the schemas check them, and the client re-exports them, so that forms and command
 * lines can name a limit before they send anything. Lengths are characters.
 */
export const limits = {
  /** RFC 5321 allows a path of 256 characters, of which two are the angle brackets. */
  email: { max: 254 },
  newPassword: { min: 8, max: 200 },
  title: { max: 300 },
  author: { max: 200 },
  description: { max: 5_000 },
  /** An ISBN as typed, with hyphens and spaces. */
  isbn: { max: 32 },
  /** In cents. */
  price: { min: 1, max: 10_000_000 },
  /** Copies of one title. A wrong unit or a scanned barcode is above it. */
  stock: { max: 1_000_000 },
  /** The note on a stock movement. */
  note: { max: 500 },
  idempotencyKey: { max: 200 },
  /** The text of a catalogue search. */
  search: { max: 200 },
  cursor: { max: 200 },
  /** Items on one page of a list. */
  page: { default: 50, max: 100 },
  /** Rows of one `books.import`: a batch is one transaction, which other writes wait for. */
  importRows: { max: 100 },
  /** Days that a demand report looks back. */
  demandDays: { default: 7, max: 365 },
} as const
