import { startPostgresServer } from './postgres-server.ts'

/**
 * Vitest's global set-up of packages whose tests loop over engines: `TEST_POSTGRES_URL` if it is set, else a server for
 * this run, ended with it. Without PostgreSQL on the machine the run says so, and tests SQLite alone.
 */
export default async function setup(): Promise<(() => Promise<void>) | void> {
  if (process.env['TEST_POSTGRES_URL'] !== undefined) return
  const server = await startPostgresServer()
  if (server === null) {
    process.stderr.write('\nNo PostgreSQL on this machine: its tests do not run.\n\n')
    return
  }
  process.env['TEST_POSTGRES_URL'] = server.url
  return async () => {
    delete process.env['TEST_POSTGRES_URL']
    await server.stop()
  }
}
