import type Sqlite from 'better-sqlite3'
import type { SqliteDatabase, SqliteStatement } from 'kysely'
import { LRUCache } from 'lru-cache'

/**
 * Wraps a database for Kysely's driver so that each SQL text is prepared once. Kysely prepares every statement again on
 * each run, which takes five times as long as the statement itself. The limit of the cache is far above the number of
 * texts in use.
 */
export function cacheStatements(database: Sqlite.Database): SqliteDatabase {
  const cache = new LRUCache<string, SqliteStatement>({ max: 500 })
  return {
    prepare(text) {
      const known = cache.get(text)
      if (known !== undefined) return known
      const statement = adapt(database, text)
      cache.set(text, statement)
      return statement
    },
    close() {
      cache.clear()
      database.close()
    },
  }
}

function adapt(database: Sqlite.Database, text: string): SqliteStatement {
  const statement = database.prepare(text)
  return {
    reader: statement.reader,
    all: (parameters) => statement.all(parameters),
    run: (parameters) => statement.run(parameters),
    // A statement cannot run while it is being iterated, so an iterator gets its own.
    iterate: (parameters) => database.prepare(text).iterate(parameters),
  }
}
