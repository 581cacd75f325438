import { open } from 'node:fs/promises'
import { CommandError } from '../program/command-error.ts'
import { matchColumns, type FileColumn, type KnownColumns } from './columns.ts'
import { decodeText } from './decode-text.ts'
import { parseRecords, type ParsedRecord } from './parse-records.ts'
import { detectSeparator, type Separator } from './separator.ts'

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
 * Opens a CSV file, or standard input for `-`, and reads its header. The separator is a comma, semicolon or tab.
 *
 * @throws CommandError `usage` when it cannot be read, is not text or has other columns; also while reading rows
 */
export async function openTable<Name extends string>(
  file: string,
  known: KnownColumns<Name>,
): Promise<Table<Name>> {
  const { bytes, size } = await openBytes(file)
  return readTable(bytes, size, known)
}

/**
 * As {@link openTable}, for any source of bytes. Bytes are read on demand, and the source is closed after the last row.
 *
 * @param size the total number of bytes; null when it is unknown
 */
export async function readTable<Name extends string>(
  bytes: AsyncIterable<Uint8Array>,
  size: number | null,
  known: KnownColumns<Name>,
): Promise<Table<Name>> {
  const text = decodeText(bytes)
  const { start, header } = await readStart(text)
  if (header === '') throw new CommandError('usage', 'The file is empty.')
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

/** Opens a file, or standard input for `-`. `size` is its length in bytes, or null when it is unknown. */
export async function openBytes(
  file: string,
): Promise<{ bytes: AsyncIterable<Uint8Array>; size: number | null }> {
  if (file === '-') {
    if (!process.stdin.isTTY) return { bytes: process.stdin, size: null }
    throw new CommandError('usage', '- reads from a pipe or a redirected file, not from the terminal.', {
      remedy: 'Pass the file name, or redirect the file: … - < file.csv',
    })
  }
  try {
    const handle = await open(file)
    const stat = await handle.stat()
    if (stat.isDirectory()) throw new Error('it is a directory')
    return { bytes: handle.createReadStream(), size: stat.isFile() ? stat.size : null }
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw new CommandError('usage', `${file} ${missing ? 'does not exist' : 'cannot be read'}.`, {
      cause: error,
    })
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
