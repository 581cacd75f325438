import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestableEngine } from './index.ts'
import { openSqlite } from '../engines/sqlite/open-sqlite.ts'
import { RacingSqliteDialect } from './racing-dialect.ts'

/** SQLite for tests. Each database is a file in its own temporary folder. */
export const sqliteTestEngine: TestableEngine = {
  name: 'sqlite',
  available: true,
  async createEmpty() {
    const folder = await mkdtemp(join(tmpdir(), 'prebook-test-'))
    return {
      url: `file:${join(folder, 'prebook.db')}`,
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
    }
  },
  openForRaces: async (url, options) =>
    openSqlite(url.slice('file:'.length), {
      dialect: (writer) => new RacingSqliteDialect(writer, options),
    }),
}
