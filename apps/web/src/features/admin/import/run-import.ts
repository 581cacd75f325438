import {
  inBatches,
  readBooks,
  type BookColumn,
  type BooksOptions,
  type ReadFileRow,
  type Table,
} from '@prebook/book-files'
import { explainError, type PrebookClient, type RouterOutputs } from '@prebook/client'
import type { ImportReport, ReportLine } from './import-report.ts'

type Outcome = RouterOutputs['books']['import']['outcomes'][number]

/** The state of an import. */
export type ImportTally = Record<Outcome['outcome'], number> & {
  rows: number
  /** Rows with a mended cell, and rows without a book of their own. */
  repaired: number
  leftOut: number
  /** Known books whose stock differs in the file. It stays as it is. */
  stockKept: number
  /** Titles that are withdrawn, and the readers whose pre-bookings that cancels. */
  withdrawn: number
  cancelled: number
  /** The last line that is done; 0 before the first answer. */
  lastLine: number
  /** The part of the file that is done, from 0 to 1. */
  share: number
}

/** An import of a file, or its dry run. */
export type ImportRun = {
  client: Pick<PrebookClient, 'books'>
  table: Table<BookColumn>
  /** How the rows are read. */
  books: BooksOptions
  dryRun: boolean
  report: ImportReport
  /** Stops the run before the next request. */
  signal: AbortSignal
  onProgress: (tally: ImportTally) => void
  /** Before the first retry, in milliseconds. Each one after it waits twice as long. */
  retryMs?: number
}

/** How often a request without an answer is sent again. It is safe: rows are matched by ISBN. */
const MAX_RETRIES = 4
const RETRY_MS = 1_000

export const emptyTally: ImportTally = {
  created: 0,
  updated: 0,
  unchanged: 0,
  invalid: 0,
  rows: 0,
  repaired: 0,
  leftOut: 0,
  stockKept: 0,
  withdrawn: 0,
  cancelled: 0,
  lastLine: 0,
  share: 0,
}

/**
 * Sends the rows of a file, one request at a time, and reports its refused rows and repairs. Everything before a failure is
 * imported; running it again changes nothing twice.
 *
 * @throws FileError when the file cannot be read on; PrebookCallError when the shop refuses or does not answer
 */
export async function runImport(run: ImportRun): Promise<ImportTally> {
  let tally = emptyTally
  for await (const batch of inBatches(readBooks(run.table, run.books))) {
    tally = await sendBatch(run, batch, tally)
    run.onProgress(tally)
    if (run.signal.aborted) break
  }
  return tally
}

async function sendBatch(run: ImportRun, batch: ReadFileRow[], before: ImportTally): Promise<ImportTally> {
  const tally = { ...before }
  const rows = batch.flatMap(({ read }) => ('row' in read ? [read.row] : []))
  const outcomes = rows.length === 0 ? [] : await send(run, rows)
  for (const { at, read } of batch) {
    tally.rows += 1
    const report = (entry: Omit<ReportLine, 'line'>) => run.report.add({ line: at.line, ...entry })
    if ('skipped' in read) {
      tally.leftOut += 1
      report({ what: 'left out', column: '', reason: read.skipped })
      continue
    }
    const outcome = 'row' in read ? outcomes.shift() : undefined
    tally[outcome?.outcome ?? 'invalid'] += 1
    for (const { column, message } of 'issues' in read ? read.issues : issuesOf(outcome))
      report({ what: 'refused', column: headerOf(run, column), reason: message })
    if (outcome === undefined || outcome.outcome === 'invalid' || !('row' in read)) continue
    countChanges(tally, outcome)
    const { repairs = [] } = read
    if (repairs.length > 0) tally.repaired += 1
    for (const { column, from, to, why } of repairs)
      report({ what: 'repaired', column: headerOf(run, column), from, to, reason: why })
  }
  const last = batch.at(-1)?.at
  if (last === undefined) return tally
  tally.lastLine = last.lastLine
  tally.share = run.table.bytes === null ? 0 : Math.min(1, last.bytes / Math.max(1, run.table.bytes))
  return tally
}

function countChanges(tally: ImportTally, outcome: Exclude<Outcome, { outcome: 'invalid' }>): void {
  if (outcome.stockKept) tally.stockKept += 1
  if (outcome.cancelled === null) return
  tally.withdrawn += 1
  tally.cancelled += outcome.cancelled
}

/** Sends rows, again and again while the shop does not answer. */
async function send(
  { client, dryRun, signal, retryMs = RETRY_MS }: ImportRun,
  rows: Parameters<PrebookClient['books']['import']['mutate']>[0]['rows'],
): Promise<Outcome[]> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return (await client.books.import.mutate({ rows, dryRun })).outcomes
    } catch (error) {
      const { kind } = explainError(error)
      if (attempt === MAX_RETRIES || signal.aborted || (kind !== 'unreachable' && kind !== 'timeout'))
        throw error
      await new Promise((resolve) => setTimeout(resolve, retryMs * 2 ** attempt))
    }
  }
}

/** The column of each field of the API. */
const columnOfField: Record<string, BookColumn> = { priceCents: 'price', stockQuantity: 'stock' }

function issuesOf(outcome: Outcome | undefined): { column: string | null; message: string }[] {
  if (outcome?.outcome !== 'invalid') return []
  return outcome.issues.map(({ path, message }) => ({
    column: path === '' ? null : (columnOfField[path] ?? path),
    message,
  }))
}

/** The header of a column in the file, or its name. */
function headerOf({ table }: ImportRun, column: string | null): string {
  if (column === null) return ''
  return [...table.columns].find(([name]) => name === column)?.[1].header ?? column
}
