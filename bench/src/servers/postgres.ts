import { tmpdir } from 'node:os'
import { findPostgres, startPrivatePostgres, type PostgresServer } from '@prebook/testing/postgres'

/** PostgreSQL's defaults for durability, which the server for tests turns off, and memory for large tables. */
const settings = ['fsync=on', 'full_page_writes=on', 'autovacuum=on', 'shared_buffers=512MB']

/** The reason shown when there is no server. */
export const noPostgres = 'PostgreSQL: not found on this machine'

/** Starts a PostgreSQL server that flushes every commit to disk; null if PostgreSQL is not installed. */
export async function startDurablePostgres(): Promise<PostgresServer | null> {
  if ((await findPostgres()) === null) return null
  return startPrivatePostgres({ settings, folder: tmpdir() })
}

/** Name and version of the measured server; null without one. */
export async function postgresName(): Promise<string | null> {
  return (await findPostgres())?.name ?? null
}
