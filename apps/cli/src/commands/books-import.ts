import { CommandError, NetworkError } from '../program/command-error.ts'
import { connect, type Connection, type GlobalOptions } from '../session/connect.ts'
import { countOf } from '../terminal/plural.ts'
import {
  bookColumns,
  inBatches,
  readBookRow,
  type BookColumn,
  type ImportedBook,
  type ReadFileRow,
  type RowIssue,
  type Table,
} from '@prebook/book-files'
import { openTable } from '../files/open-file.ts'
import { openImportReport, type ImportReport } from '../import/import-report.ts'
import {
  describeInterruptedImport,
  startTally,
  type ImportTally,
  type Outcome,
} from '../import/import-tally.ts'
import { listenForInterruption } from '../terminal/interruption.ts'
import { openProgress, type Progress } from '../terminal/progress.ts'
import { confirm } from '../terminal/prompts.ts'
import { requireConfirmation } from '../terminal/require-confirmation.ts'
import { retryWhileBusy } from '../session/retry.ts'

export type BooksImportOptions = GlobalOptions & { dryRun?: boolean; yes?: boolean }

/**
 * `prebook books import`: adds and updates books from a file. An invalid row does not stop the others.
 *
 * @throws CommandError `usage` when the file is invalid, `failed` after invalid rows, `cancelled` on Ctrl-C
 */
export async function importBooks(file: string, options: BooksImportOptions): Promise<void> {
  const connection = await connect(options)
  const readCurrency = async () =>
    (await connection.call((client, request) => client.shop.get.query(undefined, request))).currency
  const table = await openTable(file, bookColumns)
  if (options.dryRun !== true && options.yes !== true && table.columns.has('availability'))
    await confirmWithdrawals(
      file,
      options,
      (rows) =>
        connection.call((client, request) => client.books.import.mutate({ rows, dryRun: true }, request)),
      readCurrency,
    )
  using progress = openProgress(options.dryRun === true ? 'Checking' : 'Importing', options)
  const report = openImportReport(table.columns, progress, options)
  const tally = startTally()
  try {
    await importRows({ connection, readCurrency, table, progress, report, tally }, options.dryRun === true)
  } catch (error) {
    // A rejected request changed nothing. Only without a response is the outcome unknown.
    if (!(error instanceof NetworkError)) tally.pending = null
    report.stopped(tally, { always: error instanceof CommandError && error.exit === 'cancelled' })
    throw error
  }
  report.done(tally)
  if (tally.invalid > 0) {
    throw new CommandError('failed', `${countOf(tally.invalid, 'row')} could not be imported.`, {
      remedy:
        'Correct the rows and run the same command again. It does not change rows that are already imported.',
    })
  }
}

/** Asks before an import that withdraws titles for which readers wait. It tries the rows with an availability first. */
async function confirmWithdrawals(
  file: string,
  options: BooksImportOptions,
  tryRows: (rows: ImportedBook[]) => Promise<{ outcomes: Outcome[] }>,
  readCurrency: () => Promise<string>,
): Promise<void> {
  if (file === '-')
    throw new CommandError(
      'usage',
      'Cannot ask for confirmation of withdrawals when the file is standard input.',
      {
        remedy: 'Add --yes to confirm the change, or --dry-run to see it.',
      },
    )
  const found = { titles: 0, readers: 0 }
  const table = await openTable(file, bookColumns)
  for await (const batch of inBatches(readRows(table, readCurrency))) {
    const rows = batch.flatMap(({ read }) => {
      if (!('row' in read) || read.row.availability === undefined) return []
      // Rows before it may add the successor.
      const { successor: _, ...row } = read.row
      return [row]
    })
    if (rows.length === 0) continue
    for (const outcome of (await tryRows(rows)).outcomes) {
      if (outcome.outcome === 'invalid' || outcome.cancelled === null || outcome.cancelled === 0) continue
      found.titles += 1
      found.readers += outcome.cancelled
    }
  }
  if (found.titles === 0) return
  requireConfirmation(options)
  await confirm(
    `Withdraw ${countOf(found.titles, 'title')} and tell ${countOf(found.readers, 'reader')} that they will not come?`,
  )
}

type Import = {
  connection: Connection
  readCurrency: () => Promise<string>
  table: Table<BookColumn>
  progress: Progress
  report: ImportReport
  tally: ImportTally
}

async function importRows(work: Import, dryRun: boolean): Promise<void> {
  const { table, readCurrency, progress, tally } = work
  const describeProgress = () => describeInterruptedImport(tally, dryRun)
  using interruption = listenForInterruption((sentence) => progress.info(sentence), describeProgress)
  for await (const batch of inBatches(readRows(table, readCurrency))) {
    await importBatch(work, batch, dryRun, interruption.signal)
    const last = batch.at(-1)
    if (last === undefined) continue
    tally.lastLine = last.at.lastLine
    progress.show({
      done: countOf(tally.rows, 'row'),
      count: tally.rows,
      share: table.bytes === null || table.bytes === 0 ? null : Math.min(1, last.at.bytes / table.bytes),
    })
    if (interruption.signal.aborted) throw new CommandError('cancelled', 'Interrupted.')
  }
}

/** Reads the rows. The server is asked for its currency at the first one, so a failure closes the file too. */
async function* readRows(
  { rows, format }: Table<BookColumn>,
  readCurrency: () => Promise<string>,
): AsyncGenerator<ReadFileRow> {
  const separator = format.kind === 'csv' ? format.separator : null
  let currency: string | null = null
  for await (const at of rows) {
    currency ??= await readCurrency()
    yield { at, read: readBookRow(at, { separator, currency }) }
  }
}

async function importBatch(
  { connection, progress, report, tally }: Import,
  batch: ReadFileRow[],
  dryRun: boolean,
  signal: AbortSignal,
): Promise<void> {
  const good = batch.flatMap(({ at, read }) => ('row' in read ? [{ at, row: read.row }] : []))
  const rows = good.map(({ row }) => row)
  const [first, last] = [good[0], good.at(-1)]
  let outcomes: Outcome[] = []
  if (first !== undefined && last !== undefined) {
    tally.pending = { from: first.at.line, to: last.at.lastLine }
    const send = () =>
      connection.call((client, request) => client.books.import.mutate({ rows, dryRun }, request))
    outcomes = (await retryWhileBusy(send, signal, (sentence) => progress.info(sentence))).outcomes
    tally.pending = null
  }
  for (const { at, read } of batch) {
    const outcome = 'row' in read ? outcomes.shift() : undefined
    const issues = 'issues' in read ? read.issues : issuesOf(outcome)
    tally.rows += 1
    tally[outcome?.outcome ?? 'invalid'] += 1
    if (outcome !== undefined && outcome.outcome !== 'invalid' && outcome.cancelled !== null) {
      tally.withdrawn += 1
      tally.cancelled += outcome.cancelled
    }
    if (issues.length > 0) report.invalid(at.line, issues)
  }
}

/** The file column of each API field. */
const columnOfField: Record<string, BookColumn> = {
  title: 'title',
  author: 'author',
  isbn: 'isbn',
  priceCents: 'price',
  description: 'description',
  stockQuantity: 'stock',
  expected: 'expected',
  availability: 'availability',
  successor: 'successor',
}

function issuesOf(outcome: Outcome | undefined): RowIssue[] {
  if (outcome?.outcome !== 'invalid') return []
  return outcome.issues.map(({ path, message }) => ({ column: columnOfField[path] ?? null, message }))
}
