import { missingPostgres, postgresTestEngine } from './postgres-engine.ts'
import { sqliteTestEngine } from './sqlite-engine.ts'
import { openStore, type OpenStoreOptions } from '../open-store.ts'
import type { Store } from '../store.ts'

export { fillOldSchemaWith } from './old-schema.ts'
export { miscountedWaitlists } from './miscounted-waitlists.ts'
export { recordStatements } from './record-statements.ts'
export { turnsWhile } from './event-loop-turns.ts'

/** A separate database for one test, deleted when the test ends. */
export type TestDatabase = AsyncDisposable & {
  store: Store
  /** The address for `DATABASE_URL`. Opening it again gives a second, independent store. */
  url: string
}

export type RacingOptions = {
  /** False disables the locks, so that transactions can interleave. */
  locks: boolean
}

/** What each engine implements for tests. */
export type TestableEngine = {
  name: string
  /** Whether the engine is available in this test run. */
  available: boolean
  /** Creates an empty database. */
  createEmpty(): Promise<AsyncDisposable & { url: string }>
  /** Creates a migrated database, if the engine has a faster way than opening an empty one. */
  createMigrated?(): Promise<AsyncDisposable & { url: string }>
  /** Closes every connection to a database, like a restart of the server. Absent for engines without a server. */
  cutConnections?(url: string): Promise<void>
  /**
   * Opens a database so that concurrent work interleaves. Without locks, to check that a test detects their absence.
   */
  openForRaces(url: string, options: RacingOptions): Promise<Store>
}

/** An engine for `describe.each`. Every database test is written once and runs on each engine. */
export type TestEngine = TestableEngine & {
  /** Creates a migrated database and opens it. */
  create(options?: OpenStoreOptions): Promise<TestDatabase>
}

const serverUrl = process.env['TEST_POSTGRES_URL']

/**
 * Every engine, for `describe.each(engines)('… on $name', …)`. Without a PostgreSQL server, tests titled `… on
 * postgres` are skipped, and the functions of its engine throw.
 */
export const engines: readonly TestEngine[] = [
  sqliteTestEngine,
  serverUrl === undefined ? missingPostgres : postgresTestEngine(serverUrl),
].map((engine) => ({ ...engine, create: (options) => create(engine, options) }))

async function create(engine: TestableEngine, options: OpenStoreOptions = {}): Promise<TestDatabase> {
  const database = await (engine.createMigrated?.() ?? engine.createEmpty())
  const store = await openStore(database.url, options)
  return {
    store,
    url: database.url,
    async [Symbol.asyncDispose]() {
      await store.close()
      await database[Symbol.asyncDispose]()
    },
  }
}
