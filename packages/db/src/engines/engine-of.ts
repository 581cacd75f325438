import { PostgresAdapter, SqliteAdapter } from 'kysely'
import type { Reader } from '../database.ts'

/** The engine that a reader or a transaction belongs to, for queries that need SQL of their own on each. */
export function engineOf(reader: Reader): 'sqlite' | 'postgres' {
  const { adapter } = reader.getExecutor()
  if (adapter instanceof SqliteAdapter) return 'sqlite'
  if (adapter instanceof PostgresAdapter) return 'postgres'
  throw new Error(`There is no engine with ${adapter.constructor.name}.`)
}
