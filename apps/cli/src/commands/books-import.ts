import { CommandError, NetworkError } from '../program/command-error.ts'
import { connect, type Connection, type GlobalOptions } from '../session/connect.ts'
import { countOf } from '../terminal/count-of.ts'
import { openTable, type Table } from '../csv/open-table.ts'
import { inBatches, type FileRow } from '../import/batches.ts'
import { bookColumns, type BookColumn } from '../import/book-columns.ts'
import { openImportReport, type ImportReport } from '../import/import-report.ts'
import { howFar, startTally, type ImportTally, type Outcome } from '../import/import-tally.ts'
import { readBookRow, type RowIssue } from '../import/read-book-row.ts'
import { listenForInterruption } from '../terminal/interruption.ts'
import { openProgress, type Progress } from '../terminal/progress.ts'
import { sendPatiently } from '../session/repeat.ts'

export type BooksImportOptions = GlobalOptions & { dryRun?: boolean }

/**
 * `prebook books import`: brings the catalogue up to date with a file, as it is read. A bad row keeps no other out.
 *
 * @throws CommandError `usage` when the file does not fit, `failed` when rows were bad, `cancelled` at Ctrl-C
 */
export async function importBooks(file: string, options: BooksImportOptions): Promise<void> {
  const connection = await connect(options)
  const table = await openTable(file, bookColumns)
  using progress = openProgress(options.dryRun === true ? 'Checking' : 'Importing', options)
  const report = openImportReport(table.columns, progress, options)
  const tally = startTally()
  try {
    await importRows({ connection, table, progress, report, tally }, options.dryRun === true)
  } catch (error) {
    // Whoever refuses has changed nothing; of an answer that was lost nobody knows.
    if (!(error instanceof NetworkError)) tally.pending = null
    report.stopped(tally, { always: error instanceof CommandError && error.exit === 'cancelled' })
    throw error
  }
  report.done(tally)
  if (tally.invalid > 0) {
    throw new CommandError('failed', `${countOf(tally.invalid, 'row')} of the file cannot be imported.`, {
      remedy: 'Correct what is wrong and run the same command again: rows that are imported are left alone.',
    })
  }
}

type Import = {
  connection: Connection
  table: Table<BookColumn>
  progress: Progress
  report: ImportReport
  tally: ImportTally
}

async function importRows(work: Import, dryRun: boolean): Promise<void> {
  const { table, progress, tally } = work
  const farewell = () => howFar(tally, dryRun)
  using interruption = listenForInterruption((sentence) => progress.remark(sentence), farewell)
  for await (const batch of inBatches(readRows(table))) {
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

async function* readRows({ rows, separator }: Table<BookColumn>): AsyncGenerator<FileRow> {
  for await (const at of rows) yield { at, read: readBookRow(at, separator) }
}

async function importBatch(
  { connection, progress, report, tally }: Import,
  batch: FileRow[],
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
    outcomes = (await sendPatiently(send, signal, (sentence) => progress.remark(sentence))).outcomes
    tally.pending = null
  }
  for (const { at, read } of batch) {
    const outcome = 'row' in read ? outcomes.shift() : undefined
    const issues = 'issues' in read ? read.issues : issuesOf(outcome)
    tally.rows += 1
    tally[outcome?.outcome ?? 'invalid'] += 1
    if (issues.length > 0) report.bad(at.line, issues)
  }
}

/** The columns of a file by what the API calls them. */
const columnOfField: Record<string, BookColumn> = {
  title: 'title',
  author: 'author',
  isbn: 'isbn',
  priceCents: 'price',
  description: 'description',
  stockQuantity: 'stock',
}

function issuesOf(outcome: Outcome | undefined): RowIssue[] {
  if (outcome?.outcome !== 'invalid') return []
  return outcome.issues.map(({ path, message }) => ({ column: columnOfField[path] ?? null, message }))
}
