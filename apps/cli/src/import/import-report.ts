import type { BookColumn, FileColumn, RowIssue } from '@prebook/book-files'
import { openJsonList } from '../terminal/json-list.ts'
import { printWarning, printSentence } from '../terminal/output.ts'
import type { Progress } from '../terminal/progress.ts'
import { describeInterruptedImport, summary, type ImportTally } from './import-tally.ts'

/** Reports the results of an import. */
export type ImportReport = {
  /** Reports a row that was not imported. */
  invalid(line: number, issues: RowIssue[]): void
  done(tally: ImportTally): void
  /** Reports an import that ended early; `always` even if nothing was imported. */
  stopped(tally: ImportTally, options: { always: boolean }): void
}

/**
 * Opens the report of an import: text with invalid rows on standard error, or JSON.
 *
 * @param columns the columns of the file, for its own headers in messages
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
    invalid(line, issues) {
      progress.writeAbove(() => printWarning(`Line ${line}: ${issues.map(describe).join(' ')}`))
    },
    done: (tally) => progress.writeAbove(() => printSentence(summary(tally, dryRun))),
    stopped(tally, { always }) {
      if (tally.rows > 0) progress.writeAbove(() => printSentence(summary(tally, dryRun)))
      if (always || tally.rows > 0 || tally.pending !== null)
        progress.info(describeInterruptedImport(tally, dryRun))
    },
  }
}

function jsonReport(progress: Progress, dryRun: boolean): ImportReport {
  const list = openJsonList('invalidRows')
  const end = (tally: ImportTally, complete: boolean) => {
    const { rows, created, updated, unchanged, invalid, withdrawn, cancelled } = tally
    list.end({ rows, created, updated, unchanged, invalid, withdrawn, cancelled, dryRun, complete })
  }
  return {
    invalid: (line, issues) => list.add({ line, issues }),
    done: (tally) => end(tally, true),
    stopped(tally, { always }) {
      if (list.started || tally.rows > 0) end(tally, false)
      if (always || tally.rows > 0 || tally.pending !== null)
        progress.info(describeInterruptedImport(tally, dryRun))
    },
  }
}
