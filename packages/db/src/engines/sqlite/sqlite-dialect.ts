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
  type Kysely,
  type QueryCompiler,
} from 'kysely'
import { cacheStatements } from './statement-cache.ts'

/** Kysely's SQLite dialect with cached statements and some changes, each explained where it is made. */
export class ImmediateSqliteDialect implements Dialect {
  readonly #database: Sqlite.Database

  constructor(database: Sqlite.Database) {
    this.#database = database
  }

  createDriver(): ImmediateDriver {
    return new ImmediateDriver(this.#database)
  }

  createAdapter(): DialectAdapter {
    return new TransactionalAdapter()
  }

  createQueryCompiler(): QueryCompiler {
    return new SteadyPlanCompiler()
  }

  createIntrospector(db: Kysely<never>): DatabaseIntrospector {
    return new SqliteIntrospector(db)
  }
}

/**
 * Writes a parameter as `+?`, which means the same and keeps the index. A bare one SQLite may look at when it plans
 * (better-sqlite3 is built with STAT4), and then it plans the statement anew at each bind, which takes longer than to run it.
 */
class SteadyPlanCompiler extends SqliteQueryCompiler {
  protected override getCurrentParameterPlaceholder(): string {
    return '+?'
  }
}

const begin = CompiledQuery.raw('begin immediate')
const savepoint = CompiledQuery.raw('savepoint one_write')
const rollbackToSavepoint = CompiledQuery.raw('rollback to one_write')
const releaseSavepoint = CompiledQuery.raw('release one_write')

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
    await connection.executeQuery(begin)
  }

  // One savepoint at a time, so it has one name, and its statements are compiled once.
  override async savepoint(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(savepoint)
  }

  override async rollbackToSavepoint(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(rollbackToSavepoint)
  }

  override async releaseSavepoint(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(releaseSavepoint)
  }

  /** Whether the transaction that was begun still stands: after some errors (a full disk, for one) it does not. */
  stands(): boolean {
    return this.#database.inTransaction
  }

  // Where SQLite has rolled back by itself, a second rollback would hide why.
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.stands()) await super.rollbackTransaction(connection)
  }
}

class TransactionalAdapter extends SqliteAdapter {
  // SQLite does roll back DDL; Kysely switches it off for migrations that need pragmas, and ours do not.
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}
