import type Sqlite from 'better-sqlite3'
import type { SqliteDatabase, SqliteStatement } from 'kysely'
import { LRUCache } from 'lru-cache'

/**
 * The database as Kysely's driver wants it, preparing each SQL text once: Kysely alone prepares every statement anew,
 * which costs five times the statement itself. Far fewer texts exist than fit; the bound is for what nobody foresaw.
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
    // A statement that is being stepped through cannot be run by anybody else: an iterator gets its own.
    iterate: (parameters) => database.prepare(text).iterate(parameters),
  }
}
