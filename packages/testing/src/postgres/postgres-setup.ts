import { missingPostgresNotice, obtainTestPostgres, SERVER_VARIABLE } from './test-postgres.ts'

/**
 * Vitest's global set-up for packages that test on each engine. Uses the server of the whole run if there is one, and
 * otherwise starts one for this package.
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
