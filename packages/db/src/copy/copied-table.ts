/** A table to be copied, as the catalogue of the source describes it. */
export type CopiedTable = {
  name: string
  columns: readonly string[]
  /** The columns of the primary key, in its order. */
  key: readonly string[]
  /** The tables that its rows refer to, which are therefore copied before it. */
  refersTo: readonly string[]
}

/** The values of a row in the order of the table's columns; a number is written in decimal. */
export type CopiedRow = readonly (string | null)[]

/** Where rows come from: one moment of a database that nobody can change meanwhile. */
export type CopySource = AsyncDisposable & {
  /** What the operator knows the database by. */
  place: string
  /** In an order in which no row refers to one that comes later. */
  tables: readonly CopiedTable[]
  count(table: CopiedTable): number
  /** Every row once, in batches that fit into memory. Called again, it reads the database again. */
  batches(table: CopiedTable): Iterable<CopiedRow[]>
}

/** Where rows go: all of them at once when the work is done, or none. */
export type CopyTarget = AsyncDisposable & {
  place: string
  /**
   * Makes the tables, runs `work`, and commits. Until then nobody sees any of it, and the target is marked: no service
   * starts on it.
   */
  fill<T>(tables: readonly CopiedTable[], work: (filling: Filling) => Promise<T>): Promise<T>
}

/** The inside of {@link CopyTarget.fill}. */
export type Filling = {
  insert(table: CopiedTable, rows: CopiedRow[]): Promise<void>
  /** Lets every column that counts up by itself go on after the highest number that was copied. */
  continueCounting(table: CopiedTable): Promise<void>
  /** Every row that is in the table now, read from the database. */
  batches(table: CopiedTable): AsyncIterable<CopiedRow[]>
}
