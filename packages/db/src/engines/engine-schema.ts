import type { CreateTableBuilder, Kysely, RawBuilder } from 'kysely'

/** The differences between engines that migrations need, so that one set of migrations works on all. */
export type EngineSchema = {
  /** The type of whole numbers: 64 bits wide. */
  integer: RawBuilder<unknown>
  /** The type of text that is compared and sorted byte by byte, identically on every engine. */
  foldedText: RawBuilder<unknown>
  /** Adds the column `id`, an auto-incrementing primary key. */
  withId: <Table extends string>(table: CreateTableBuilder<Table>) => CreateTableBuilder<Table, 'id'>
  /** Adds the engine's options at the end of a `create table`. */
  finish: <Table extends string, Column extends string>(
    table: CreateTableBuilder<Table, Column>,
  ) => CreateTableBuilder<Table, Column>
  /** Whether constraints can be dropped. Otherwise a migration rebuilds the table. */
  dropsConstraints: boolean
  /** A random whole number from 1 to 2^53 − 1. */
  randomId: RawBuilder<number>
  /** Whether a column that is added later can have {@link randomId} as its default. */
  randomDefaults: boolean
  /** Creates the index that finds books by their words, and keeps it and the tables derived from books from then on. */
  createBookIndex: (db: Kysely<never>) => Promise<void>
  /** Creates the index that finds a part of an address, and keeps it from then on. */
  createAddressIndex: (db: Kysely<never>) => Promise<void>
  /** Marks a new database as a Prebook database, if the engine supports that. */
  mark: (db: Kysely<never>) => Promise<void>
}
