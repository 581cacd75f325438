import { findPostgres, type PostgresSource } from './find-postgres.ts'
import { freePort } from './free-port.ts'
import { userInsteadOfRoot } from './user-instead-of-root.ts'
import { startPostgresServer, type PostgresServer, type PostgresServerOptions } from './postgres-server.ts'

export { findPostgres, freePort, userInsteadOfRoot }
export type { PostgresServer, PostgresServerOptions }

/**
 * Starts a separate PostgreSQL server for one test, which may stop and restart it. `TEST_POSTGRES` selects the
 * installation, as for the server of the test run.
 *
 * @throws Error when there is no PostgreSQL installation
 */
export async function startPrivatePostgres(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const kind = process.env['TEST_POSTGRES']
  const source: PostgresSource = kind === 'machine' || kind === 'embedded' ? kind : 'any'
  const programs = await findPostgres(source)
  if (programs === null) throw new Error('No PostgreSQL installation was found.')
  return startPostgresServer(programs, options)
}
