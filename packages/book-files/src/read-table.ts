import { FileError } from './file-error.ts'
import { matchColumns, type FileColumn, type KnownColumns } from './columns.ts'
import { decodeText } from './text/decode-text.ts'
import { parseRecords, type ParsedRecord } from './text/parse-records.ts'
import { detectSeparator, type Separator } from './text/separator.ts'

/** The most characters that are read in search of the header. */
const MAX_HEADER_LENGTH = 10_000

/** A row of a file, with its values by column. Missing values are empty. */
export type TableRow<Name extends string> = {
  /** The line on which it starts; 1 is the first. */
  line: number
  /** The line on which it ends. A quoted value may contain line breaks. */
  lastLine: number
  /** The bytes of the file read up to its end. */
  bytes: number
  values: Record<Name, string>
  /** A syntax error that makes the values unreliable; null when there is none. */
  problem: string | null
}

/** A CSV file with a header, read as a stream. */
export type Table<Name extends string> = {
  separator: Separator
  columns: Map<Name, FileColumn>
  /** The size of the file; null when it is unknown, as for a pipe. */
  bytes: number | null
  rows: AsyncIterable<TableRow<Name>>
}

/**
 * Reads the header of a CSV file; the rows are read on demand. The separator is a comma, semicolon or tab. The source is closed
 * after the last row.
 *
 * @param size the total number of bytes; null when it is unknown
 * @throws FileError when it is not text or has other columns; also while reading rows
 */
export async function readTable<Name extends string>(
  bytes: AsyncIterable<Uint8Array>,
  size: number | null,
  known: KnownColumns<Name>,
): Promise<Table<Name>> {
  const text = decodeText(bytes)
  const { start, header } = await readStart(text)
  if (header === '') throw new FileError('The file is empty.')
  const separator = detectSeparator(header)
  const records = parseRecords(start, text, separator)
  const first = await records.next()
  const headers = first.done === true ? [] : first.value.cells.map((cell) => cell.trim())
  try {
    const columns = matchColumns(headers, known)
    const empty = Object.fromEntries(known.known.map(({ name }) => [name, ''])) as Record<Name, string>
    return { separator, columns, bytes: size, rows: readRows(records, columns, empty, headers.length) }
  } catch (error) {
    // An open standard input would keep the process alive.
    await records.return(undefined)
    throw error
  }
}

/** Reads up to the end of the first line that is not empty. */
async function readStart(text: AsyncIterator<string>): Promise<{ start: string; header: string }> {
  let start = ''
  while (!/\S[^\n]*\n/.test(start) && start.length < MAX_HEADER_LENGTH) {
    const next = await text.next()
    if (next.done === true) break
    start += next.value
  }
  return { start, header: /^.*\S.*$/m.exec(start)?.[0] ?? '' }
}

async function* readRows<Name extends string>(
  records: AsyncIterable<ParsedRecord>,
  columns: Map<Name, FileColumn>,
  empty: Record<Name, string>,
  width: number,
): AsyncGenerator<TableRow<Name>> {
  for await (const parsed of records) {
    const { lastLine, bytes } = parsed
    const cells = parsed.cells.map((cell) => cell.trim())
    if (cells.every((cell) => cell === '')) continue
    const breaks = parsed.cells.join('').split('\n').length - 1
    const named = [...columns].map(([name, { index }]) => [name, cells[index] ?? ''] as const)
    yield {
      line: lastLine - breaks,
      lastLine,
      bytes,
      values: { ...empty, ...Object.fromEntries(named) },
      problem: problemOf(parsed, width),
    }
  }
}

const MALFORMED_QUOTES =
  'A quoted value is malformed: double each quote inside it (""), and put nothing after the closing quote.'

function problemOf({ cells, raw }: ParsedRecord, width: number): string | null {
  // The parser passes a malformed value through. A valid one occurs in the row with its quotes doubled.
  const isMalformed = (cell: string) =>
    cell.startsWith('"') && !raw.includes(`"${cell.replaceAll('"', '""')}"`)
  if (cells.some(isMalformed)) return MALFORMED_QUOTES
  if (cells.slice(width).every((cell) => cell.trim() === '')) return null
  return `Found ${cells.length} values for ${width} columns. Quote values that contain the separator.`
}
