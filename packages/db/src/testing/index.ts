import { missingPostgres, postgresTestEngine } from './postgres-engine.ts'
import { sqliteTestEngine } from './sqlite-engine.ts'
import { openStore, type OpenStoreOptions } from '../open-store.ts'
import type { Store } from '../store.ts'

export { turnsWhile } from './event-loop-turns.ts'

/** A database of a test's own, gone when the test ends. */
export type TestDatabase = AsyncDisposable & {
  store: Store
  /** What `DATABASE_URL` would name; opening it again gives a second, independent connection. */
  url: string
}

export type RacingOptions = {
  /** False takes the locks out, so that others come in between. */
  locks: boolean
}

/** What an engine brings for its tests. */
export type TestableEngine = {
  name: string
  /** Whether this run has it. */
  available: boolean
  /** A database that nobody has opened yet. */
  createEmpty(): Promise<AsyncDisposable & { url: string }>
  /** A database that is migrated, where there is a faster way to one than opening an empty one. */
  createMigrated?(): Promise<AsyncDisposable & { url: string }>
  /** Ends every connection to a database, as a server that restarts does; engines without a server have none. */
  cutConnections?(url: string): Promise<void>
  /** Opens a database so that whatever happens at once really meets; without locks, to see that a test notices. */
  openForRaces(url: string, options: RacingOptions): Promise<Store>
}

/** An engine that tests loop over: every database test exists once and runs on each. */
export type TestEngine = TestableEngine & {
  /** A database that is migrated and open. */
  create(options?: OpenStoreOptions): Promise<TestDatabase>
}

const serverUrl = process.env['TEST_POSTGRES_URL']

/**
 * Every engine, for `describe.each(engines)('… on $name', …)`. In a run without a PostgreSQL server the tests so titled are
 * skipped, and its engine throws at whoever uses it nevertheless.
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
