import Sqlite from 'better-sqlite3'
import type { DatabaseConnection } from 'kysely'
import type { Tx } from '../database.ts'
import { openSqlite, type OpenSqliteOptions } from '../engines/sqlite/open-sqlite.ts'
import { ImmediateDriver, ImmediateSqliteDialect } from '../engines/sqlite/sqlite-dialect.ts'
import { addUser } from './rows.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Callbacks before the statements that end a transaction. */
type Hooks = { commit?: () => void; rollback?: () => void; rollbackToSavepoint?: () => void }

class HookedDriver extends ImmediateDriver {
  readonly hooks: Hooks

  constructor(database: Sqlite.Database, hooks: Hooks) {
    super(database)
    this.hooks = hooks
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    this.hooks.commit?.()
    await super.commitTransaction(connection)
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    this.hooks.rollback?.()
    await super.rollbackTransaction(connection)
  }

  override async rollbackToSavepoint(connection: DatabaseConnection): Promise<void> {
    this.hooks.rollbackToSavepoint?.()
    await super.rollbackToSavepoint(connection)
  }
}

class HookedDialect extends ImmediateSqliteDialect {
  readonly #database: Sqlite.Database
  readonly #hooks: Hooks

  constructor(database: Sqlite.Database, hooks: Hooks) {
    super(database)
    this.#database = database
    this.#hooks = hooks
  }

  override createDriver(): ImmediateDriver {
    return new HookedDriver(this.#database, this.#hooks)
  }
}

/** A store on a real file, its write connection, and a second connection that stands for another process. */
export async function openHooked(options: OpenSqliteOptions = {}) {
  const disposables = new AsyncDisposableStack()
  const folder = disposables.use(await temporaryFolder())
  const hooks: Hooks = {}
  let writer: Sqlite.Database | undefined
  const open = () =>
    openSqlite(folder.path('prebook.db'), {
      dialect(database) {
        writer = database
        return new HookedDialect(database, hooks)
      },
      ...options,
      // A slow machine must not cause a second transaction.
      limits: { batchMs: 60_000, ...options.limits },
    })
  const store = disposables.adopt(await open(), (it) => it.close())
  if (writer === undefined) throw new Error('No connection was opened.')
  const other = disposables.adopt(new Sqlite(folder.path('prebook.db')), (it) => void it.close())
  const committed = other.prepare('select email from users order by id').pluck()
  let commits = 0
  hooks.commit = () => void (commits += 1)
  return {
    store,
    hooks,
    writer,
    other,
    /** The names of the committed rows, in the order in which they were added. */
    names: () => committed.all().map((email) => String(email).split('@')[0]),
    commits: () => commits,
    [Symbol.asyncDispose]: () => disposables.disposeAsync(),
  }
}

/** A write that adds a row. */
export const add = (name: string) => (tx: Tx) => addUser(tx, { email: `${name}@example.org` })

/** A write that adds a row and then fails. */
export const addAndThrow = (name: string, error: Error) => async (tx: Tx) => {
  await add(name)(tx)
  throw error
}

/** `fulfilled`, or the error of a settled write. */
export const outcome = ({ status, ...rest }: PromiseSettledResult<unknown>) =>
  status === 'fulfilled' ? status : ((rest as { reason: Error }).reason as Error & { reason?: string })
