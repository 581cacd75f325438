import { parseArgs } from 'node:util'
import { compactSqlite } from '@prebook/db'
import { readConfig } from '../config.ts'
import { runCommand, UsageError } from './run-command.ts'

const usage = `Rewrites the SQLite database at DATABASE_URL, so that nothing erased is left in its unused space. Stop the service
first. It needs free disk space of twice the size of the database.

Usage: pnpm database:compact

  --help        show this help

For PostgreSQL, use vacuum full: see docs/operating.md.
`

async function main(): Promise<void> {
  if (readArguments().help) {
    process.stdout.write(usage)
    return
  }
  const { DATABASE_URL } = readConfig(process.env)
  if (!DATABASE_URL.startsWith('file:'))
    throw new UsageError(
      'DATABASE_URL is not a SQLite database. For PostgreSQL, use vacuum full: see docs/operating.md.',
    )
  const { file, before, after } = compactSqlite(DATABASE_URL)
  process.stdout.write(
    `Compacted ${file}: ${before.toLocaleString('en')} bytes before, ${after.toLocaleString('en')} now.\n`,
  )
}

function readArguments() {
  try {
    return parseArgs({ options: { help: { type: 'boolean', short: 'h', default: false } } }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

await runCommand(main)
