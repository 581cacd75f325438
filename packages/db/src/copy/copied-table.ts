/** A table to copy, as the catalogue of the source database describes it. */
export type CopiedTable = {
  name: string
  columns: readonly string[]
  /** The columns of the primary key, in order. */
  key: readonly string[]
  /** The tables that its rows reference. They are copied first. */
  refersTo: readonly string[]
}

/** The values of a row, in the order of the table's columns. Numbers are decimal text. */
export type CopiedRow = readonly (string | null)[]

/** The source of a copy: a snapshot of a database that is locked against changes. */
export type CopySource = AsyncDisposable & {
  /** The name of the database in messages to the operator. */
  label: string
  /** Ordered so that no row references a row of a later table. */
  tables: readonly CopiedTable[]
  count(table: CopiedTable): number
  /** Every row once, in batches that fit in memory. Each call reads the database again. */
  batches(table: CopiedTable): Iterable<CopiedRow[]>
}

/** The target of a copy. It receives either every row or none. */
export type CopyTarget = AsyncDisposable & {
  label: string
  /**
   * Creates the tables, runs `work`, and commits. Nothing is visible before the commit. Until then the target is
   * marked, so that no service starts on it.
   */
  fill<T>(tables: readonly CopiedTable[], work: (transaction: CopyTransaction) => Promise<T>): Promise<T>
}

/** The transaction inside {@link CopyTarget.fill}. */
export type CopyTransaction = {
  insert(table: CopiedTable, rows: CopiedRow[]): Promise<void>
  /** Makes every auto-incrementing column continue after the highest copied value. */
  advanceSequences(table: CopiedTable): Promise<void>
  /** Every row of the table, read back from the database. */
  batches(table: CopiedTable): AsyncIterable<CopiedRow[]>
}
