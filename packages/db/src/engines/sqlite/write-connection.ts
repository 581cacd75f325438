import {
  DefaultQueryExecutor,
  Transaction,
  type CompiledQuery,
  type ConnectionProvider,
  type DatabaseConnection,
  type DialectAdapter,
  type QueryCompiler,
} from 'kysely'
import type { Database, Tx } from '../../database.ts'
import { changeWaiting } from '../../queries/waitlists.ts'
import { collectWaitingChanges, sumWaitingChanges } from '../../waiting-counts.ts'
import type { ImmediateDriver, ImmediateSqliteDialect } from './sqlite-dialect.ts'

/** The write connection: one transaction at a time, and in it one savepoint at a time. */
export class WriteConnection {
  readonly #dialect: ImmediateSqliteDialect
  readonly #driver: ImmediateDriver
  readonly #connection: DatabaseConnection
  readonly #compiler: QueryCompiler
  readonly #adapter: DialectAdapter
  readonly #assertInPlace: () => void

  private constructor(
    dialect: ImmediateSqliteDialect,
    driver: ImmediateDriver,
    connection: DatabaseConnection,
    assertInPlace: () => void,
  ) {
    this.#assertInPlace = assertInPlace
    this.#dialect = dialect
    this.#driver = driver
    this.#connection = connection
    this.#compiler = dialect.createQueryCompiler()
    this.#adapter = dialect.createAdapter()
  }

  /** @param assertInPlace throws when the file must not be written any more. Called before each commit */
  static async open(
    dialect: ImmediateSqliteDialect,
    assertInPlace: () => void = () => {},
  ): Promise<WriteConnection> {
    const driver = dialect.createDriver()
    await driver.init()
    return new WriteConnection(dialect, driver, await driver.acquireConnection(), assertInPlace)
  }

  async begin(): Promise<void> {
    // A transaction left by a failed rollback.
    await this.rollback()
    await this.#driver.beginTransaction(this.#connection)
  }

  async commit(): Promise<void> {
    this.#assertInPlace()
    await this.#driver.commitTransaction(this.#connection)
  }

  /** Rolls the transaction back, if there is one. */
  async rollback(): Promise<void> {
    await this.#driver.rollbackTransaction(this.#connection)
  }

  /** Whether the transaction is still open. Check this after every error. */
  inTransaction(): boolean {
    return this.#driver.inTransaction()
  }

  /** See {@link ImmediateDriver.emptyLog}. */
  emptyLog(): boolean {
    return this.#driver.emptyLog()
  }

  async savepoint(): Promise<void> {
    await this.#driver.savepoint(this.#connection)
  }

  /** Rolls back to the savepoint, which stays open. */
  async rollbackToSavepoint(): Promise<void> {
    await this.#driver.rollbackToSavepoint(this.#connection)
  }

  async releaseSavepoint(): Promise<void> {
    await this.#driver.releaseSavepoint(this.#connection)
  }

  /** Runs the work of one write on the transaction. Its `tx` cannot be used afterwards. */
  async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const open = new OpenWrite(this.#connection, this.#driver)
    try {
      const tx = this.#transaction(open)
      const changes = collectWaitingChanges(tx)
      const result = await work(tx)
      for (const [waitlistId, by] of sumWaitingChanges([changes])) await changeWaiting(tx, { waitlistId, by })
      return result
    } finally {
      open.end()
    }
  }

  // Kysely's own API begins a transaction for each write, and waits for a lock on the connection, which is not shared
  // here.
  #transaction(provider: ConnectionProvider): Tx {
    return new Transaction<Database>({
      config: { dialect: this.#dialect },
      dialect: this.#dialect,
      driver: this.#driver,
      executor: new DefaultQueryExecutor(this.#compiler, this.#adapter, provider),
    })
  }

  async close(): Promise<void> {
    await this.#driver.destroy()
  }
}

/** The connection of one write while it runs. A later query is rejected: it would become part of another write. */
class OpenWrite implements ConnectionProvider, DatabaseConnection {
  readonly #connection: DatabaseConnection
  readonly #driver: ImmediateDriver
  #ended = false

  constructor(connection: DatabaseConnection, driver: ImmediateDriver) {
    this.#connection = connection
    this.#driver = driver
  }

  end(): void {
    this.#ended = true
  }

  async provideConnection<T>(consumer: (connection: DatabaseConnection) => Promise<T>): Promise<T> {
    return consumer(this)
  }

  async executeQuery<R>(query: CompiledQuery) {
    this.#assertOpen()
    return this.#connection.executeQuery<R>(query)
  }

  streamQuery<R>(query: CompiledQuery, chunkSize: number) {
    this.#assertOpen()
    return this.#connection.streamQuery<R>(query, chunkSize)
  }

  #assertOpen(): void {
    if (this.#ended) throw new Error('A query ran after its write had ended: await every query of a write.')
    // A write that caught the error would continue without a transaction, and commit each statement separately.
    if (!this.#driver.inTransaction()) throw new Error('The transaction was rolled back by an earlier error.')
  }
}
