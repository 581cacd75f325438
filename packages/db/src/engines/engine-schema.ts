import type { CreateTableBuilder, Kysely, RawBuilder } from 'kysely'

/** What migrations must know of an engine, so that one set of them serves all. */
export type EngineSchema = {
  /** The type of every whole number: 64 bits wide. */
  integer: RawBuilder<unknown>
  /** The type of text that is compared and sorted as bytes, the same on every engine. */
  foldedText: RawBuilder<unknown>
  /** Adds the column `id`: a primary key that counts up by itself. */
  withId: <Table extends string>(table: CreateTableBuilder<Table>) => CreateTableBuilder<Table, 'id'>
  /** Ends a `create table` the engine's way. */
  finish: <Table extends string, Column extends string>(
    table: CreateTableBuilder<Table, Column>,
  ) => CreateTableBuilder<Table, Column>
  /** Marks a fresh database as Prebook's, where the engine has such a mark. */
  mark: (db: Kysely<never>) => Promise<void>
}
