import { beforeEach } from 'vitest'
import { SERVER_VARIABLE } from './test-postgres.ts'

// Without a server, every test whose title says that it is about PostgreSQL counts as skipped, so that a run tells how much
// it did not test. Tests that loop over engines say so by `on $name`.
const aboutPostgres = /\bon (?:postgres|a PostgreSQL server)\b/

if (process.env[SERVER_VARIABLE] === undefined) {
  beforeEach(({ task, skip }) => {
    if (aboutPostgres.test(task.fullTestName)) skip('no PostgreSQL server')
  })
}
