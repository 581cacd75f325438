import {
  bookColumns,
  inBatches,
  readBooks,
  type BookColumn,
  type ReadFileRow,
  type RowIssue,
  type Table,
} from '@prebook/book-files'
import { tableOptions } from '../files/file-options.ts'
import { openTable } from '../files/open-file.ts'
import { confirmWithdrawals } from '../import/confirm-withdrawals.ts'
import type { ImportChoices } from '../import/import-options.ts'
import { rowOptions } from '../import/import-options.ts'
import { openImportReport, type ImportReport } from '../import/import-report.ts'
import {
  describeInterruptedImport,
  startTally,
  type ImportTally,
  type Outcome,
} from '../import/import-tally.ts'
import { close, openBookFile } from '../import/open-book-file.ts'
import { readProfile, saveProfile } from '../import/profiles.ts'
import { readAhead } from '../import/read-ahead.ts'
import { openReportFile } from '../import/report-file.ts'
import { CommandError, NetworkError } from '../program/command-error.ts'
import { parsePriceOption } from '../program/price.ts'
import { connect, type Connection, type GlobalOptions } from '../session/connect.ts'
import { retryWhileBusy } from '../session/retry.ts'
import { listenForInterruption } from '../terminal/interruption.ts'
import { countOf } from '../terminal/plural.ts'
import { openProgress, type Progress } from '../terminal/progress.ts'

export type BooksImportOptions = GlobalOptions &
  ImportChoices & {
    dryRun?: boolean
    yes?: boolean
    strict?: boolean
    report?: string
    profile?: string
    saveProfile?: string
  }

/**
 * `prebook books import`: adds and updates books from a file. An invalid row does not stop the others.
 *
 * @throws CommandError `usage` when the file or an option is invalid, `failed` after invalid rows, `cancelled` on Ctrl-C
 */
export async function importBooks(file: string, options: BooksImportOptions): Promise<void> {
  const connection = await connect(options)
  const saved = options.profile === undefined ? {} : await readProfile(options.profile)
  const given = choicesOf(options)
  const choices = { ...saved, ...given, map: { ...saved.map, ...given.map } }
  using reportFile = openReportFile(file, options.report)
  const { table, map } = await openBookFile(file, choices, options)
  if (options.saveProfile !== undefined) await saveProfile(options.saveProfile, { ...choices, map })
  const rowsOf = (of: Table<BookColumn>) => readRows(of, choices, connection)
  const dryRun = options.dryRun === true
  if (!dryRun && options.yes !== true && table.columns.has('availability'))
    await confirmWithdrawals(
      file,
      options,
      async () => rowsOf(await openTable(file, bookColumns, tableOptions({ ...choices, map }))),
      (rows) =>
        connection.call((client, request) => client.books.import.mutate({ rows, dryRun: true }, request)),
    ).catch(async (error: unknown) => {
      await close(table)
      throw error
    })
  using progress = openProgress(dryRun ? 'Checking' : 'Importing', options)
  const report = openImportReport(table.columns, { progress, file: reportFile }, options)
  const tally = startTally()
  try {
    await importRows({ connection, rows: rowsOf(table), bytes: table.bytes, progress, report, tally }, dryRun)
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

function choicesOf(options: BooksImportOptions): ImportChoices {
  const { map, encoding, decimal, repair, placeholders, price, author } = options
  const all = { map, encoding, decimal, repair, placeholders, price, author }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

/** Reads the rows. The server is asked for its currency at the first one, so a failure closes the file too. */
async function* readRows(
  table: Table<BookColumn>,
  choices: ImportChoices,
  connection: Connection,
): AsyncGenerator<ReadFileRow> {
  try {
    const { currency } = await connection.call((client, request) => client.shop.get.query(undefined, request))
    const priceCents = choices.price === undefined ? undefined : parsePriceOption(choices.price, currency)
    yield* readBooks(table, { ...rowOptions(choices), currency, priceCents })
  } finally {
    await close(table)
  }
}

type Import = {
  connection: Connection
  rows: AsyncIterable<ReadFileRow>
  bytes: number | null
  progress: Progress
  report: ImportReport
  tally: ImportTally
}

async function importRows(work: Import, dryRun: boolean): Promise<void> {
  const { rows, bytes, progress, tally } = work
  const describeProgress = () => describeInterruptedImport(tally, dryRun)
  using interruption = listenForInterruption((sentence) => progress.info(sentence), describeProgress)
  for await (const batch of readAhead(inBatches(rows))) {
    await importBatch(work, batch, dryRun, interruption.signal)
    const last = batch.at(-1)
    if (last === undefined) continue
    tally.lastLine = last.at.lastLine
    progress.show({
      done: countOf(tally.rows, 'row'),
      count: tally.rows,
      share: bytes === null || bytes === 0 ? null : Math.min(1, last.at.bytes / bytes),
    })
    if (interruption.signal.aborted) throw new CommandError('cancelled', 'Interrupted.')
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
  let next = 0
  for (const { at, read } of batch) {
    tally.rows += 1
    if ('skipped' in read) {
      tally.leftOut += 1
      report.leftOut(at.line, read.skipped)
    } else if ('issues' in read) {
      tally.invalid += 1
      report.invalid(at.line, read.issues)
    } else count(tally, report, at.line, { repairs: read.repairs ?? [], outcome: outcomes[next++] })
  }
}

type Imported = {
  repairs: { column: BookColumn; from: string; to: string; why: string }[]
  outcome: Outcome | undefined
}

/** Counts a row that was sent. */
function count(tally: ImportTally, report: ImportReport, line: number, { repairs, outcome }: Imported): void {
  tally[outcome?.outcome ?? 'invalid'] += 1
  if (outcome === undefined || outcome.outcome === 'invalid') {
    report.invalid(line, issuesOf(outcome))
    return
  }
  if (repairs.length > 0) tally.repaired += 1
  report.repaired(line, repairs)
  if (outcome.stockKept) tally.stockKept += 1
  if (outcome.cancelled === null) return
  tally.withdrawn += 1
  tally.cancelled += outcome.cancelled
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
