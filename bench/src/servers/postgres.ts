import { tmpdir } from 'node:os'
import { findPostgres, startPrivatePostgres, type PostgresServer } from '@prebook/testing/postgres'

/** What PostgreSQL runs with by default, where the tests' server has it otherwise, and memory for large tables. */
const settings = ['fsync=on', 'full_page_writes=on', 'autovacuum=on', 'shared_buffers=512MB']

/** What to say where there is no server. */
export const noPostgres = 'PostgreSQL: there is none on this machine'

/** Starts a PostgreSQL server that flushes every commit to a disk; null when the machine has none. */
export async function startDurablePostgres(): Promise<PostgresServer | null> {
  if ((await findPostgres()) === null) return null
  return startPrivatePostgres({ settings, folder: tmpdir() })
}

/** What the measured server is, such as `PostgreSQL 17.5 of this machine`; null without one. */
export async function postgresName(): Promise<string | null> {
  return (await findPostgres())?.name ?? null
}
