import { parseArgs } from 'node:util'
import { copyDatabase, type CopyProgress, type CopyResult } from '@prebook/db'
import { runCommand, UsageError } from './run-command.ts'

const usage = `Copies a SQLite database to an empty PostgreSQL database and verifies the copy.

Usage: pnpm database:copy --from file:<path> --to postgres://<user>@<host>/<name> [--quiet] [--json]

  --from <address>   the SQLite database; it is only read, and no other process may have it open
  --to <address>     the PostgreSQL database; it must be empty
  --quiet            show no progress; progress is also off when standard error is not a terminal
  --json             print the result as JSON
  --help             show this help

Stop the service first. An interrupted copy leaves the target empty: run the same command again. The service does not
start on the target until the copy is complete.

Other users of the machine can see command-line arguments. Leave the password out of the address: set PGPASSWORD or use
~/.pgpass.

Example:
  pnpm database:copy --from file:./data/prebook.db --to postgres://prebook@localhost/prebook
`

/** How often the progress line is redrawn, in milliseconds. */
const REDRAW_MS = 100

async function main(): Promise<void> {
  const options = readArguments()
  if (options.help) {
    process.stdout.write(usage)
    return
  }
  const { from, to } = options
  if (from === undefined) throw new UsageError('Missing --from file:<path>: the SQLite database to copy.')
  if (to === undefined)
    throw new UsageError('Missing --to postgres://<user>@<host>/<name>: the empty PostgreSQL database.')
  const progress = options.quiet || !process.stderr.isTTY ? null : showProgress()
  const started = performance.now()
  const result = await copyDatabase(from, to, (now) => progress?.show(now)).finally(() => progress?.end())
  const seconds = (performance.now() - started) / 1_000
  if (options.json) process.stdout.write(`${JSON.stringify({ ...result, seconds })}\n`)
  else process.stdout.write(report(result, seconds))
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        from: { type: 'string' },
        to: { type: 'string' },
        quiet: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** Shows one terminal line per table and step: rows done, total rows, and rows per second. */
function showProgress() {
  let current = ''
  let started = 0
  let drawnAt = 0
  return {
    show({ step, table, done, total }: CopyProgress): void {
      const now = performance.now()
      const name = `${step} ${table}`
      if (name !== current) {
        if (current !== '') process.stderr.write('\n')
        current = name
        started = now
      } else if (done < total && now - drawnAt < REDRAW_MS) return
      drawnAt = now
      const rate = done === 0 ? 0 : Math.round(done / ((now - started) / 1_000))
      process.stderr.write(`\r\u001b[K${name}: ${count(done)} of ${count(total)}, ${count(rate)} per second`)
    },
    end: () => void (current !== '' && process.stderr.write('\n')),
  }
}

function report({ from, to, tables }: CopyResult, seconds: number): string {
  const lines = tables.map(
    ({ table, rows, checksum }) =>
      `  ${table}: ${count(rows)} ${rowForms[pluralRules.select(rows)] ?? 'rows'}, checksum ${checksum.slice(0, 16)}`,
  )
  return `From: ${from}
To: ${to}
Row counts and checksums match (${seconds.toFixed(1)} s):
${lines.join('\n')}
The copy is complete. Set DATABASE_URL to the new database before you start the service, and keep the old file as a backup.
`
}

const pluralRules = new Intl.PluralRules('en')
const rowForms: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'row' }

function count(number: number): string {
  return number.toLocaleString('en')
}

// Messages about opening a database name the variable DATABASE_URL; here the option --to takes its place.
await runCommand(main, (message) => message.replaceAll('DATABASE_URL', '--to'))
