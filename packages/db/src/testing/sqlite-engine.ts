import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestableEngine } from './index.ts'
import { openSqlite } from '../engines/sqlite/open-sqlite.ts'
import { RacingSqliteDialect } from './racing-dialect.ts'

/** The file of a migrated database. Copying it takes a third of the time of migrating a new one. */
let template: Promise<Buffer> | undefined

/** SQLite for tests. Each database is a file in its own temporary folder. */
export const sqliteTestEngine: TestableEngine = {
  name: 'sqlite',
  available: true,
  createEmpty: createFolder,
  async createMigrated() {
    const content = await (template ??= createTemplate())
    const database = await createFolder()
    await writeFile(database.path, content)
    return database
  },
  openForRaces: async (url, options) =>
    openSqlite(url.slice('file:'.length), {
      dialect: (writer) => new RacingSqliteDialect(writer, options),
    }),
}

async function createFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'prebook-test-'))
  const path = join(folder, 'prebook.db')
  return { path, url: `file:${path}`, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

async function createTemplate(): Promise<Buffer> {
  await using database = await createFolder()
  const store = await openSqlite(database.path, {})
  await store.close()
  return await readFile(database.path)
}
