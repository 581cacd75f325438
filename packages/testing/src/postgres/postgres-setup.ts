import { missingPostgresNotice, obtainTestPostgres, SERVER_VARIABLE } from './test-postgres.ts'

/**
 * Vitest's global set-up of packages whose tests loop over engines: the server that the whole run shares, else one for
 * this package, ended with it.
 */
export default async function setup(): Promise<(() => Promise<void>) | void> {
  if (process.env[SERVER_VARIABLE] !== undefined) return
  const postgres = await obtainTestPostgres()
  if (postgres.url === null) {
    return async () => {
      process.stderr.write(missingPostgresNotice(postgres.name))
    }
  }
  process.env[SERVER_VARIABLE] = postgres.url
  return async () => {
    delete process.env[SERVER_VARIABLE]
    await postgres.stop()
  }
}
