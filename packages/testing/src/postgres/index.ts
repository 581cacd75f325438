import { findPostgres, type PostgresSource } from './find-postgres.ts'
import { startPostgresServer, type PostgresServer, type PostgresServerOptions } from './postgres-server.ts'

export { findPostgres }
export type { PostgresServer, PostgresServerOptions }

/**
 * Starts a server for one test to do with as it likes: of the kind that the run has, wherever its databases are.
 *
 * @throws Error when there is none to start
 */
export async function startPrivatePostgres(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const kind = process.env['TEST_POSTGRES']
  const source: PostgresSource = kind === 'machine' || kind === 'embedded' ? kind : 'any'
  const programs = await findPostgres(source)
  if (programs === null) throw new Error('There is no PostgreSQL to start a server of.')
  return startPostgresServer(programs, options)
}
