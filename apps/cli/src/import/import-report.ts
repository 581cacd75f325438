import type { FileColumn } from '../csv/columns.ts'
import { openJsonList } from '../terminal/json-list.ts'
import { complain, printSentence } from '../terminal/output.ts'
import type { Progress } from '../terminal/progress.ts'
import type { BookColumn } from './book-columns.ts'
import { howFar, summary, type ImportTally } from './import-tally.ts'
import type { RowIssue } from './read-book-row.ts'

/** Where an import tells what came of it. */
export type ImportReport = {
  /** A row that was not imported. */
  bad(line: number, issues: RowIssue[]): void
  done(tally: ImportTally): void
  /** It did not come to its end. */
  stopped(tally: ImportTally, options: { always: boolean }): void
}

/**
 * Opens the report of an import: as text with bad rows on standard error, or as JSON.
 *
 * @param columns what the file calls its columns
 */
export function openImportReport(
  columns: Map<BookColumn, FileColumn>,
  progress: Progress,
  options: { json?: boolean; dryRun?: boolean },
): ImportReport {
  const dryRun = options.dryRun === true
  return options.json === true ? jsonReport(progress, dryRun) : textReport(columns, progress, dryRun)
}

function textReport(columns: Map<BookColumn, FileColumn>, progress: Progress, dryRun: boolean): ImportReport {
  const describe = ({ column, message }: RowIssue) =>
    column === null ? message : `${columns.get(column)?.header ?? column}: ${message}`
  return {
    bad(line, issues) {
      progress.aside(() => complain(`Line ${line}: ${issues.map(describe).join(' ')}`))
    },
    done: (tally) => progress.aside(() => printSentence(summary(tally, dryRun))),
    stopped(tally, { always }) {
      if (tally.rows > 0) progress.aside(() => printSentence(summary(tally, dryRun)))
      if (always || tally.rows > 0 || tally.pending !== null) progress.remark(howFar(tally, dryRun))
    },
  }
}

function jsonReport(progress: Progress, dryRun: boolean): ImportReport {
  const list = openJsonList('invalidRows')
  const end = (tally: ImportTally, complete: boolean) => {
    const { rows, created, updated, unchanged, invalid } = tally
    list.end({ rows, created, updated, unchanged, invalid, dryRun, complete })
  }
  return {
    bad: (line, issues) => list.add({ line, issues }),
    done: (tally) => end(tally, true),
    stopped(tally, { always }) {
      if (list.begun || tally.rows > 0) end(tally, false)
      if (always || tally.rows > 0 || tally.pending !== null) progress.remark(howFar(tally, dryRun))
    },
  }
}
