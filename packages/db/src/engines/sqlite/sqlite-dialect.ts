import type Sqlite from 'better-sqlite3'
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  type QueryCompiler,
} from 'kysely'
import { cacheStatements } from './statement-cache.ts'

/** Kysely's SQLite dialect with cached statements and three changes, each explained where it is made. */
export class ImmediateSqliteDialect implements Dialect {
  readonly #database: Sqlite.Database

  constructor(database: Sqlite.Database) {
    this.#database = database
  }

  createDriver(): Driver {
    return new ImmediateDriver(this.#database)
  }

  createAdapter(): DialectAdapter {
    return new TransactionalAdapter()
  }

  createQueryCompiler(): QueryCompiler {
    return new SqliteQueryCompiler()
  }

  createIntrospector(db: Kysely<never>): DatabaseIntrospector {
    return new SqliteIntrospector(db)
  }
}

/** Begins transactions with the write lock in hand. */
export class ImmediateDriver extends SqliteDriver {
  readonly #database: Sqlite.Database

  constructor(database: Sqlite.Database) {
    super({ database: cacheStatements(database) })
    this.#database = database
  }

  // A deferred transaction takes the write lock at its first write, and fails there if anybody wrote since its first
  // read. Ours read and then write, so they take the lock at the start.
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  // After some errors (a full disk, for one) SQLite has rolled back by itself, and a second rollback would hide why.
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.inTransaction) await super.rollbackTransaction(connection)
  }
}

class TransactionalAdapter extends SqliteAdapter {
  // SQLite does roll back DDL; Kysely switches it off for migrations that need pragmas, and ours do not.
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}
