import type Sqlite from 'better-sqlite3'
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type DatabaseMetadataOptions,
  type Dialect,
  type DialectAdapter,
  type Kysely,
  type QueryCompiler,
  type SelectModifierNode,
  type TableMetadata,
} from 'kysely'
import { cacheStatements } from './statement-cache.ts'

/** Kysely's SQLite dialect with cached statements and a few changes, each explained below. */
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
    return new PrebookSqliteCompiler()
  }

  createIntrospector(db: Kysely<never>): DatabaseIntrospector {
    return new OrdinaryTables(db)
  }
}

class OrdinaryTables extends SqliteIntrospector {
  readonly #db: Kysely<never>

  constructor(db: Kysely<never>) {
    super(db)
    this.#db = db
  }

  // Not those of an FTS5 index (`virtual` and `shadow`), whose contents follow from other rows.
  override async getTables(options?: DatabaseMetadataOptions): Promise<TableMetadata[]> {
    const { rows } = await sql<{ name: string }>`
      select name from pragma_table_list where schema = 'main' and type not in ('virtual', 'shadow')`.execute(
      this.#db,
    )
    const ordinary = new Set(rows.map(({ name }) => name))
    const tables = await super.getTables(options)
    return tables.filter(({ name }) => ordinary.has(name))
  }
}

class PrebookSqliteCompiler extends SqliteQueryCompiler {
  // `+?` has the same meaning and still uses the index. better-sqlite3 is built with STAT4, so SQLite may use the value of
  // a bare `?` for its plan. Then it plans the statement again on each bind, which takes longer than running it.
  protected override getCurrentParameterPlaceholder(): string {
    return '+?'
  }

  // SQLite has no locks on rows (`for update`). A transaction needs none, because it holds the write lock.
  protected override visitSelectModifier(node: SelectModifierNode): void {
    if (node.modifier === 'Distinct') super.visitSelectModifier(node)
  }
}

const begin = CompiledQuery.raw('begin immediate')
const savepoint = CompiledQuery.raw('savepoint one_write')
const rollbackToSavepoint = CompiledQuery.raw('rollback to one_write')
const releaseSavepoint = CompiledQuery.raw('release one_write')

/** Begins each transaction with the write lock. */
export class ImmediateDriver extends SqliteDriver {
  readonly #database: Sqlite.Database

  constructor(database: Sqlite.Database) {
    super({ database: cacheStatements(database) })
    this.#database = database
  }

  // A deferred transaction takes the write lock at its first write, and fails there if another connection wrote after
  // its first read. Our transactions read and then write, so they take the lock at the start.
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(begin)
  }

  // There is one savepoint at a time, so a fixed name is enough, and its statements are compiled once.
  override async savepoint(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(savepoint)
  }

  override async rollbackToSavepoint(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(rollbackToSavepoint)
  }

  override async releaseSavepoint(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(releaseSavepoint)
  }

  /** Whether the transaction is still open. After some errors, such as a full disk, SQLite has rolled it back. */
  inTransaction(): boolean {
    return this.#database.inTransaction
  }

  /**
   * Copies the write-ahead log into the file and empties it, because it still holds earlier versions of pages. Not in a
   * transaction.
   *
   * @returns false when another connection needs the log
   */
  emptyLog(): boolean {
    const [result] = this.#database.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
    return result?.busy === 0
  }

  // If SQLite has already rolled back, a second rollback would hide the original error.
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.inTransaction()) await super.rollbackTransaction(connection)
  }
}

class TransactionalAdapter extends SqliteAdapter {
  // SQLite can roll back DDL. Kysely disables this for migrations that set pragmas, which ours do not: the engine sets the
  // one that they need before the transaction.
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}
