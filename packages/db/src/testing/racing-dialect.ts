import { setImmediate as turn } from 'node:timers/promises'
import type Sqlite from 'better-sqlite3'
import type { DatabaseConnection } from 'kysely'
import type { RacingOptions } from './index.ts'
import { ImmediateDriver, ImmediateSqliteDialect } from '../engines/sqlite/sqlite-dialect.ts'

/**
 * The SQLite dialect with a random pause before every statement, for tests of races. Without the pauses, a transaction
 * runs from begin to commit before other work gets a turn, and no race can occur. Not used in production.
 */
export class RacingSqliteDialect extends ImmediateSqliteDialect {
  readonly #writer: Sqlite.Database
  readonly #options: RacingOptions

  constructor(writer: Sqlite.Database, options: RacingOptions) {
    super(writer)
    this.#writer = writer
    this.#options = options
  }

  override createDriver(): ImmediateDriver {
    return this.#options.locks ? new PausingDriver(this.#writer) : new UnlockedDriver(this.#writer)
  }
}

class PausingDriver extends ImmediateDriver {
  override async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await super.acquireConnection()
    return {
      async executeQuery(query) {
        for (let turns = Math.floor(Math.random() * 4); turns > 0; turns -= 1) await turn()
        return connection.executeQuery(query)
      },
      streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
    }
  }
}

class UnlockedDriver extends PausingDriver {
  override async beginTransaction(): Promise<void> {}
  override async commitTransaction(): Promise<void> {}
  override async rollbackTransaction(): Promise<void> {}
  // Outside a transaction, a savepoint would begin one.
  override async savepoint(): Promise<void> {}
  override async rollbackToSavepoint(): Promise<void> {}
  override async releaseSavepoint(): Promise<void> {}
  override inTransaction(): boolean {
    return true
  }
}
