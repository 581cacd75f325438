import type { BookColumn, FileColumn, Repair, RowIssue } from '@prebook/book-files'
import { openJsonList } from '../terminal/json-list.ts'
import { printSentence, printWarning } from '../terminal/output.ts'
import type { Progress } from '../terminal/progress.ts'
import { describeInterruptedImport, summary, type ImportTally } from './import-tally.ts'
import type { ReportFile } from './report-file.ts'

/** Reports the results of an import. */
export type ImportReport = {
  /** Reports a row that was not imported. */
  invalid(line: number, issues: RowIssue[]): void
  /** Reports what was mended in a row. */
  repaired(line: number, repairs: Repair[]): void
  /** Reports a row that has no book to import. */
  leftOut(line: number, reason: string): void
  done(tally: ImportTally): void
  /** Reports an import that ended early; `always` even if nothing was imported. */
  stopped(tally: ImportTally, options: { always: boolean }): void
}

type Columns = Map<BookColumn, FileColumn>

/** Where a report goes: above the progress line, and into a file. */
type Places = { progress: Progress; file: ReportFile }

/** What is printed of a report. The file has all of it. */
type Printed = Pick<ImportReport, 'invalid' | 'done' | 'stopped'>

/**
 * Opens the report of an import: text with invalid rows on standard error, or JSON; with all details in a file.
 *
 * @param columns the columns of the file, for its own headers in messages
 */
export function openImportReport(
  columns: Columns,
  { progress, file }: Places,
  options: { json?: boolean; dryRun?: boolean },
): ImportReport {
  const dryRun = options.dryRun === true
  const printed =
    options.json === true ? jsonReport({ progress, file }, dryRun) : textReport(columns, progress, dryRun)
  const headerOf = (column: BookColumn | null) =>
    column === null ? null : (columns.get(column)?.header ?? column)
  const sayWhere = () => {
    const path = file.path()
    if (path !== null) progress.info(`Repairs and rows that were not imported are listed in ${path}.`)
  }
  return {
    invalid(line, issues) {
      printed.invalid(line, issues)
      for (const { column, message } of issues)
        file.add({ line, what: 'refused', column: headerOf(column), reason: message })
    },
    repaired(line, repairs) {
      for (const { column, from, to, why } of repairs)
        file.add({ line, what: 'repaired', column: headerOf(column), from, to, reason: why })
    },
    leftOut: (line, reason) => file.add({ line, what: 'left out', column: null, reason }),
    done(tally) {
      printed.done(tally)
      sayWhere()
    },
    stopped(tally, how) {
      printed.stopped(tally, how)
      sayWhere()
    },
  }
}

function textReport(columns: Columns, progress: Progress, dryRun: boolean): Printed {
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

function jsonReport({ progress, file }: Places, dryRun: boolean): Printed {
  const list = openJsonList('invalidRows')
  const end = (tally: ImportTally, complete: boolean) => {
    const { lastLine: _line, pending: _pending, ...counts } = tally
    list.end({ ...counts, report: file.path(), dryRun, complete })
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
