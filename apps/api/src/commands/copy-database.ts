import { parseArgs } from 'node:util'
import { copyDatabase, CopyError, StoreOpenError, type CopyProgress, type CopyResult } from '@prebook/db'

const usage = `Copies a SQLite database into an empty PostgreSQL one and compares the two.

Usage: pnpm database:copy --from file:<path> --to postgres://<user>@<host>/<name> [--quiet] [--json]

  --from <address>   the SQLite database; it is only read, and nobody else may have it open
  --to <address>     the PostgreSQL database; it must be empty
  --quiet            no progress; there is none either where standard error is no terminal
  --json             what was copied, as JSON on standard output
  --help             show this

Stop the service first. An interrupted copy leaves the target without a row; run the same command again. Until it has
ended well, no service starts on the target.

Arguments are seen by everybody on the machine: leave the password out of the address and set PGPASSWORD, or keep it in
~/.pgpass.

Example:
  pnpm database:copy --from file:./data/prebook.db --to postgres://prebook@localhost/prebook
`

/** How often a line of progress is written anew, in milliseconds. */
const REDRAW_MS = 100

/** The command was called the wrong way; the message says how to mend it. */
class UsageError extends Error {}

async function main(): Promise<void> {
  const options = readArguments()
  if (options.help) {
    process.stdout.write(usage)
    return
  }
  const { from, to } = options
  if (from === undefined) throw new UsageError('--from is missing: name the SQLite database, file:<path>.')
  if (to === undefined) throw new UsageError('--to is missing: name the empty PostgreSQL database.')
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

/** A line for each table and step on the terminal: rows done, of how many, and how many a second. */
function showProgress() {
  let current = ''
  let started = 0
  let drawn = 0
  return {
    show({ step, table, done, total }: CopyProgress): void {
      const now = performance.now()
      const name = `${step} ${table}`
      if (name !== current) {
        if (current !== '') process.stderr.write('\n')
        current = name
        started = now
      } else if (done < total && now - drawn < REDRAW_MS) return
      drawn = now
      const rate = done === 0 ? 0 : Math.round(done / ((now - started) / 1_000))
      process.stderr.write(`\r\u001b[K${name}: ${count(done)} of ${count(total)}, ${count(rate)} a second`)
    },
    end: () => void (current !== '' && process.stderr.write('\n')),
  }
}

function report({ from, to, tables }: CopyResult, seconds: number): string {
  const lines = tables.map(
    ({ table, rows, checksum }) => `  ${table}: ${count(rows)} rows, checksum ${checksum.slice(0, 16)}`,
  )
  return `From: ${from}
To: ${to}
Both hold the same, counted and added up in each (${seconds.toFixed(1)} s in all):
${lines.join('\n')}
The copy is complete. Set DATABASE_URL to it before you start the service again, and keep the old file as a backup.
`
}

function count(number: number): string {
  return number.toLocaleString('en')
}

try {
  await main()
} catch (error) {
  if (!(error instanceof UsageError || error instanceof StoreOpenError || error instanceof CopyError))
    throw error
  // Opening a database speaks of the variable that names it; here an argument does.
  process.stderr.write(`${error.message.replaceAll('DATABASE_URL', '--to')}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
