import { beforeEach } from 'vitest'
import { SERVER_VARIABLE } from './test-postgres.ts'

// Without a server, tests with `on postgres` or `on a PostgreSQL server` in their title count as skipped, so that the
// summary shows how many did not run. Tests that run on each engine have `on $name` in their title.
const aboutPostgres = /\bon (?:postgres|a PostgreSQL server)\b/

if (process.env[SERVER_VARIABLE] === undefined) {
  beforeEach(({ task, skip }) => {
    if (aboutPostgres.test(task.fullTestName)) skip('no PostgreSQL server')
  })
}
