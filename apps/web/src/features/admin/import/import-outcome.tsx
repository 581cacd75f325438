import { FileError } from '@prebook/book-files'
import { describeFailure } from '../../../lib/failure-text.ts'
import { Button } from '../../../ui/button.tsx'
import { FailureNote } from '../../../ui/failure-note.tsx'
import { Table, type Column } from '../../../ui/table.tsx'
import { readers } from '../counts.ts'
import { titles } from '../scan/preview-panel.tsx'
import type { ReportLine } from './import-report.ts'
import type { ImportTally } from './run-import.ts'
import type { EndedRun } from './use-import.ts'

/** What a check found, or what an import did. */
export function ImportOutcome({ run, fileName }: { run: EndedRun; fileName: string }) {
  const { dryRun, tally, report, isCancelled, error } = run
  return (
    <section className="scan-preview" aria-labelledby="import-outcome">
      <h2 id="import-outcome">{headingOf(run)}</h2>
      {error !== null && <FileFailure error={error} />}
      <div role="status">
        <p className="scan-effect">{summaryOf(tally, dryRun)}</p>
        {(error !== null || isCancelled) && <p>{progressOf(tally, dryRun)}</p>}
        {remarksOf(tally, dryRun).map((remark) => (
          <p key={remark}>{remark}</p>
        ))}
      </div>
      {report.lines > 0 && (
        <>
          <Table caption="Refused rows and repairs" columns={columns} rows={report.first} keyOf={keyOf} />
          {report.lines > report.first.length && (
            <p>
              These are the first {report.first.length} of {report.lines.toLocaleString('en')}.
            </p>
          )}
          <Button onClick={() => save(report.file(), `${fileName.replace(/\.\w+$/, '')}-report.csv`)}>
            Download the report
          </Button>
        </>
      )}
    </section>
  )
}

/** Why a file cannot be read, or why a request failed. */
export function FileFailure({ error }: { error: unknown }) {
  if (!(error instanceof FileError)) return <FailureNote failure={describeFailure(error)} />
  return (
    <p role="alert" className="failure-note">
      <strong>{error.message}</strong> {error.remedy}
    </p>
  )
}

/** The totals in a sentence. */
export function summaryOf(
  { rows, created, updated, unchanged, invalid }: ImportTally,
  dryRun: boolean,
): string {
  const count = (number: number) => number.toLocaleString('en')
  const sum = `${count(rows)} ${rows === 1 ? 'row' : 'rows'}`
  return dryRun
    ? `${sum}: ${count(created)} would be created, ${count(updated)} updated, ${count(unchanged)} unchanged, ${count(invalid)} refused.`
    : `${sum}: ${count(created)} created, ${count(updated)} updated, ${count(unchanged)} unchanged, ${count(invalid)} refused.`
}

function headingOf({ dryRun, isCancelled, error }: EndedRun): string {
  if (error !== null) return dryRun ? 'The check stopped' : 'The import stopped'
  if (isCancelled) return dryRun ? 'The check was cancelled' : 'The import was cancelled'
  return dryRun ? 'Checked: nothing was changed' : 'Imported'
}

function progressOf({ lastLine }: ImportTally, dryRun: boolean): string {
  if (dryRun) return 'Nothing was changed.'
  const done = lastLine === 0 ? 'No answer came yet.' : `All rows up to line ${lastLine} were imported.`
  return `${done} It is safe to import the same file again: rows are matched by ISBN, so no book is added twice.`
}

function remarksOf(
  { withdrawn, cancelled, stockKept, repaired, leftOut }: ImportTally,
  dryRun: boolean,
): string[] {
  const remarks: string[] = []
  if (withdrawn > 0) {
    const verb = dryRun ? 'would be withdrawn' : 'withdrawn'
    remarks.push(`${titles(withdrawn)} ${verb}, ${readers(cancelled)} told that they will not come.`)
  }
  if (stockKept > 0)
    remarks.push(
      `${titles(stockKept)} known to the shop ${stockKept === 1 ? 'keeps its' : 'keep their'} stock, although the file has another.`,
    )
  const rows = (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'row' : 'rows'}`
  if (repaired > 0) remarks.push(`${rows(repaired)} repaired: see the report.`)
  if (leftOut > 0) remarks.push(`${rows(leftOut)} left out.`)
  return remarks
}

const columns: Column<ReportLine>[] = [
  { title: 'Line', figures: true, cell: ({ line }) => line },
  { title: 'Row', cell: ({ what }) => whatLabels[what] },
  {
    title: 'Column',
    cell: ({ column }) => (column === '' ? '–' : <span className="admin-address">{column}</span>),
  },
  { title: 'Reason', cell: (entry) => <span className="admin-address">{reasonOf(entry)}</span> },
]

const whatLabels = {
  refused: 'Refused',
  repaired: 'Repaired',
  'left out': 'Left out',
} as const satisfies Record<ReportLine['what'], string>

function reasonOf({ from, to, reason }: ReportLine): string {
  return from === undefined ? reason : `“${from}” became “${to}”: ${reason}`
}

const keyOf = (entry: ReportLine) => `${entry.line} ${entry.what} ${entry.column} ${entry.reason}`

function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
