/**
 * The limits of every input, stated once: the schemas check them, and the client re-exports them, so that forms and command
 * lines can name a limit before they send anything. Lengths are characters. Nothing here needs zod.
 */
export declare const limits: {
  /** RFC 5321 allows a path of 256 characters, of which two are the angle brackets. */
  readonly email: {
    readonly max: 254
  }
  readonly newPassword: {
    readonly min: 8
    readonly max: 200
  }
  readonly title: {
    readonly max: 300
  }
  readonly author: {
    readonly max: 200
  }
  readonly description: {
    readonly max: 5000
  }
  /** An ISBN as typed, with hyphens and spaces. */
  readonly isbn: {
    readonly max: 32
  }
  /** In cents. */
  readonly price: {
    readonly min: 1
    readonly max: 10000000
  }
  /** Copies of one title. A wrong unit or a scanned barcode is above it. */
  readonly stock: {
    readonly max: 1000000
  }
  /** The note on a stock movement. */
  readonly note: {
    readonly max: 500
  }
  readonly idempotencyKey: {
    readonly max: 200
  }
  /** The text of a catalogue search. */
  readonly search: {
    readonly max: 200
  }
  readonly cursor: {
    readonly max: 200
  }
  /** Items on one page of a list. */
  readonly page: {
    readonly default: 50
    readonly max: 100
  }
  /** Rows of one `books.import`: a batch is one transaction, which other writes wait for. */
  readonly importRows: {
    readonly max: 100
  }
  /** Days that a demand report looks back. */
  readonly demandDays: {
    readonly default: 7
    readonly max: 365
  }
}
