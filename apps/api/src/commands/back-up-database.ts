import { parseArgs } from 'node:util'
import { backUpSqlite, CopyError, StoreOpenError } from '@prebook/db'
import { ConfigError, readConfig } from '../config.ts'

const usage = `Copies the SQLite database that DATABASE_URL names into a new file, while it serves, and checks the copy.

Usage: pnpm database:backup --to <file>

  --to <file>   the backup; whatever is there already is never replaced
  --help        show this

The backup holds everything that was acknowledged before the command was started. A PostgreSQL database is backed up
with pg_dump: docs/operating.md.

Example:
  pnpm database:backup --to /var/backups/prebook-2026-11-22.db
`

/** The command was called the wrong way; the message says how to mend it. */
class UsageError extends Error {}

async function main(): Promise<void> {
  const { help, to } = readArguments()
  if (help) {
    process.stdout.write(usage)
    return
  }
  if (to === undefined || to === '') throw new UsageError('--to is missing: name the file for the backup.')
  const { DATABASE_URL } = readConfig(process.env)
  if (!DATABASE_URL.startsWith('file:')) {
    throw new UsageError(
      'DATABASE_URL names no SQLite database: back up PostgreSQL with pg_dump (docs/operating.md).',
    )
  }
  const backup = await backUpSqlite(DATABASE_URL, to)
  process.stdout.write(
    `${backup.to} is a complete copy of ${backup.from}, checked: ${backup.bytes.toLocaleString('en')} bytes.\n`,
  )
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        to: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

try {
  await main()
} catch (error) {
  const expected =
    error instanceof UsageError ||
    error instanceof ConfigError ||
    error instanceof StoreOpenError ||
    error instanceof CopyError
  if (!expected) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
