import { closeSync, existsSync, openSync, writeSync } from 'node:fs'
import { csvLine, UTF8_MARK } from '@prebook/book-files'
import { CommandError } from '../program/command-error.ts'

/** What became of a row or a cell. */
export type ReportLine = {
  line: number
  what: 'repaired' | 'refused' | 'left out'
  column: string | null
  from?: string
  to?: string
  reason: string
}

/** The report of an import as a CSV file, which is created with its first line. */
export type ReportFile = Disposable & {
  add(line: ReportLine): void
  /** Its path; null while nothing was reported, or when it cannot be written. */
  path(): string | null
}

/** Written at once. */
const CHUNK = 64_000

/** How many names are tried. */
const MAX_NAMES = 1_000

/**
 * Opens the report of an import.
 *
 * @param given the path; by default `catalogue.report.csv` next to `catalogue.csv`, or `catalogue.report-2.csv` if that exists. The
 *   standard input has a report only on request
 * @throws CommandError `usage` when a given path exists or cannot be written
 */
export function openReportFile(input: string, given: string | undefined): ReportFile {
  if (given !== undefined && existsSync(given))
    throw new CommandError('usage', `${given} exists already.`, {
      remedy: 'Choose another name for the report. Nothing was sent.',
    })
  let file: { path: string; descriptor: number } | null = null
  let isOff = given === undefined && input === '-'
  let waiting = UTF8_MARK + csvLine(['line', 'what', 'column', 'from', 'to', 'reason'])
  const flush = () => {
    if (file !== null) writeSync(file.descriptor, waiting)
    waiting = ''
  }
  return {
    add({ line, what, column, from = '', to = '', reason }) {
      if (isOff) return
      file ??= create(input, given)
      isOff = file === null
      waiting += csvLine([line, what, column, from, to, reason])
      if (waiting.length > CHUNK) flush()
    },
    path: () => file?.path ?? null,
    [Symbol.dispose]() {
      if (file === null) return
      flush()
      closeSync(file.descriptor)
    },
  }
}

function create(input: string, given: string | undefined): { path: string; descriptor: number } | null {
  const stem = input.replace(/\.(?:csv|tsv|txt|xlsx)$/i, '')
  for (let number = 1; number <= MAX_NAMES; number += 1) {
    const path = given ?? `${stem}.report${number === 1 ? '' : `-${number}`}.csv`
    try {
      // Never over another file.
      return { path, descriptor: openSync(path, 'wx') }
    } catch (error) {
      if (given !== undefined)
        throw new CommandError('usage', `The report ${given} cannot be written.`, { cause: error })
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) return null
    }
  }
  return null
}
