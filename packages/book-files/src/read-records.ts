import { FileError } from './file-error.ts'
import type { FileFormat } from './file-format.ts'
import { decodeText } from './text/decode-text.ts'
import { parseRecords, type ParsedRecord } from './text/parse-records.ts'
import { detectSeparator } from './text/separator.ts'

/** The most characters that are read in search of the first row. */
const MAX_START_LENGTH = 10_000

/** A row of a file as it is, with a header or without one. */
export type FileRow = {
  /** The line on which it starts; 1 is the first. */
  line: number
  /** The line on which it ends. A quoted value may contain line breaks. */
  lastLine: number
  /** The bytes of the file read up to its end. */
  bytes: number
  /** Its values without surrounding spaces. */
  cells: string[]
  /** A syntax error that makes the values unreliable; null when there is none. */
  problem: string | null
}

/** What is known of a file before it is read. */
export type RecordOptions = {
  /** The encoding of a text file, by any label of the Encoding Standard; detected when it is left out. */
  encoding?: string
}

/** A file as rows, read as a stream. Rows without any value are left out. */
export type Records = { format: FileFormat; rows: AsyncGenerator<FileRow> }

/**
 * Reads a file as rows, on demand. The separator is a comma, semicolon or tab. The source is closed after the last row, or when
 * the rows are.
 *
 * @throws FileError when it is empty or not text; also while reading rows
 */
export async function readRecords(
  bytes: AsyncIterable<Uint8Array>,
  _options: RecordOptions = {},
): Promise<Records> {
  const text = decodeText(bytes)
  const { start, firstLine } = await readStart(text)
  if (firstLine === '') throw new FileError('The file is empty.')
  const separator = detectSeparator(firstLine)
  return {
    format: { kind: 'csv', encoding: 'utf-8', isDetected: true, separator },
    rows: rowsOf(parseRecords(start, text, separator)),
  }
}

/** Reads up to the end of the first line that is not empty. */
async function readStart(text: AsyncIterator<string>): Promise<{ start: string; firstLine: string }> {
  let start = ''
  while (!/\S[^\n]*\n/.test(start) && start.length < MAX_START_LENGTH) {
    const next = await text.next()
    if (next.done === true) break
    start += next.value
  }
  return { start, firstLine: /^.*\S.*$/m.exec(start)?.[0] ?? '' }
}

async function* rowsOf(records: AsyncIterable<ParsedRecord>): AsyncGenerator<FileRow> {
  for await (const parsed of records) {
    const { lastLine, bytes } = parsed
    const cells = parsed.cells.map((cell) => cell.trim())
    if (cells.every((cell) => cell === '')) continue
    const breaks = parsed.cells.join('').split('\n').length - 1
    yield { line: lastLine - breaks, lastLine, bytes, cells, problem: malformedQuotes(parsed) }
  }
}

const MALFORMED_QUOTES =
  'A quoted value is malformed: double each quote inside it (""), and put nothing after the closing quote.'

function malformedQuotes({ cells, raw }: ParsedRecord): string | null {
  // The parser passes a malformed value through. A valid one occurs in the row with its quotes doubled.
  const isMalformed = (cell: string) =>
    cell.startsWith('"') && !raw.includes(`"${cell.replaceAll('"', '""')}"`)
  return cells.some(isMalformed) ? MALFORMED_QUOTES : null
}
