import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite } from './engines/sqlite/open-sqlite.ts'
import { RacingSqliteDialect, type RacingOptions } from './engines/sqlite/racing-dialect.ts'
import { openStore, type OpenStoreOptions } from './open-store.ts'
import type { Store } from './store.ts'

/** A database of a test's own, gone when the test ends. */
export type TestDatabase = AsyncDisposable & {
  store: Store
  /** What `DATABASE_URL` would name; opening it again gives a second, independent connection. */
  url: string
}

/** An engine that tests loop over: every database test exists once and runs on each. */
export type TestEngine = {
  name: string
  /** A database that is migrated and open. */
  create(options?: OpenStoreOptions): Promise<TestDatabase>
  /** A database that nobody has opened yet. */
  createEmpty(): Promise<AsyncDisposable & { url: string }>
  /**
   * Opens a database with pauses before every statement, so that whatever happens at once really meets; with its locks
   * taken out, to see that a test of races notices.
   */
  openForRaces(url: string, options: RacingOptions): Promise<Store>
}

/** The engines that this machine can test. */
export const engines: readonly TestEngine[] = [
  {
    name: 'sqlite',
    create: createSqlite,
    createEmpty: createEmptySqlite,
    openForRaces: async (url, options) =>
      openSqlite(url.slice('file:'.length), {
        dialect: (writer) => new RacingSqliteDialect(writer, options),
      }),
  },
]

async function createSqlite(options: OpenStoreOptions = {}): Promise<TestDatabase> {
  const empty = await createEmptySqlite()
  const store = await openStore(empty.url, options)
  return {
    store,
    url: empty.url,
    async [Symbol.asyncDispose]() {
      await store.close()
      await empty[Symbol.asyncDispose]()
    },
  }
}

async function createEmptySqlite(): Promise<AsyncDisposable & { url: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'prebook-test-'))
  return {
    url: `file:${join(folder, 'prebook.db')}`,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}
