import { parseArgs } from 'node:util'
import { backUpSqlite } from '@prebook/db'
import { readConfig } from '../config.ts'
import { runCommand, UsageError } from './run-command.ts'

const usage = `Backs up the SQLite database at DATABASE_URL to a new file and verifies the copy. The service can keep running.

Usage: pnpm database:backup --to <file>

  --to <file>   the backup file; an existing file is never overwritten
  --help        show this help

The backup contains everything that was acknowledged before the command started. To back up PostgreSQL, use pg_dump: see
docs/operating.md.

Example:
  pnpm database:backup --to /var/backups/prebook-2026-11-22.db
`

async function main(): Promise<void> {
  const { help, to } = readArguments()
  if (help) {
    process.stdout.write(usage)
    return
  }
  if (to === undefined || to === '')
    throw new UsageError('Missing --to <file>: the path of the new backup file.')
  const { DATABASE_URL } = readConfig(process.env)
  if (!DATABASE_URL.startsWith('file:')) {
    throw new UsageError(
      'DATABASE_URL is not a SQLite database. Back up PostgreSQL with pg_dump: see docs/operating.md.',
    )
  }
  const backup = await backUpSqlite(DATABASE_URL, to)
  process.stdout.write(
    `Backed up ${backup.from} to ${backup.to} (${backup.bytes.toLocaleString('en')} bytes, verified).\n`,
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

await runCommand(main)
