import { csvLine, UTF8_MARK } from '@prebook/book-files'

/** What a report says of a row. */
export type ReportLine = {
  line: number
  what: 'refused' | 'repaired' | 'left out'
  /** The header of the column; empty for the whole row. */
  column: string
  /** Of a repair: the text of the file, and what it became. */
  from?: string
  to?: string
  reason: string
}

/** The refused rows and the repairs of an import, as a file with the columns of the command line's report. */
export type ImportReport = {
  add(line: ReportLine): void
  readonly lines: number
  /** The first lines, to show. */
  readonly first: readonly ReportLine[]
  file(): Blob
}

/** Lines that are shown on the page. */
const SHOWN = 20
/** Text is handed to the browser in parts of this length, which it need not keep in memory. */
const PART_LENGTH = 65_536

/** Creates an empty report. */
export function createReport(): ImportReport {
  const first: ReportLine[] = []
  const parts: Blob[] = []
  let text = UTF8_MARK + csvLine(['line', 'what', 'column', 'from', 'to', 'reason'])
  let lines = 0
  return {
    first,
    get lines() {
      return lines
    },
    add(entry) {
      lines += 1
      if (first.length < SHOWN) first.push(entry)
      text += csvLine([entry.line, entry.what, entry.column, entry.from ?? '', entry.to ?? '', entry.reason])
      if (text.length < PART_LENGTH) return
      parts.push(new Blob([text]))
      text = ''
    },
    file: () => new Blob([...parts, text], { type: 'text/csv;charset=utf-8' }),
  }
}
