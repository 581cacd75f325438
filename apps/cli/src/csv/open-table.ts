import { open } from 'node:fs/promises'
import { CommandError } from '../program/command-error.ts'
import { matchColumns, type FileColumn, type KnownColumns } from './columns.ts'
import { decodeText } from './decode-text.ts'
import { parseRecords, type ParsedRecord } from './parse-records.ts'
import { detectSeparator, type Separator } from './separator.ts'

/** The longest first line that is looked at for the separator. */
const LONGEST_HEADER = 10_000

/** A row of a file, with its values by column; a column that the file or the row lacks is empty. */
export type TableRow<Name extends string> = {
  /** Where it begins in the file; 1 is the first line. */
  line: number
  /** Where it ends: a value in quotes may hold line breaks. */
  lastLine: number
  /** How many bytes of the file are read with it. */
  bytes: number
  values: Record<Name, string>
  /** What is wrong with how it is written, so that its values cannot be believed; null when nothing is. */
  problem: string | null
}

/** A file of rows with a heading, read piece by piece. */
export type Table<Name extends string> = {
  separator: Separator
  columns: Map<Name, FileColumn>
  /** How large the file is; null when that cannot be known, as of a pipe. */
  bytes: number | null
  rows: AsyncIterable<TableRow<Name>>
}

/**
 * Opens a CSV file, or standard input for `-`, and reads its heading. Separators are commas, semicolons or tabs.
 *
 * @throws CommandError `usage` when it cannot be read, is no text or has other columns; also while rows are read
 */
export async function openTable<Name extends string>(
  file: string,
  known: KnownColumns<Name>,
): Promise<Table<Name>> {
  const { bytes, size } = await openBytes(file)
  return readTable(bytes, size, known)
}

/**
 * As {@link openTable}, from bytes that come from anywhere. They are read as far as rows are asked for, and let go at the
 * last one.
 *
 * @param size how many bytes there are, null when that is not known
 */
export async function readTable<Name extends string>(
  bytes: AsyncIterable<Uint8Array>,
  size: number | null,
  known: KnownColumns<Name>,
): Promise<Table<Name>> {
  const text = decodeText(bytes)
  const { start, header } = await readStart(text)
  if (header === '') throw new CommandError('usage', 'The file is empty: not even its columns are named.')
  const separator = detectSeparator(header)
  const records = parseRecords(start, text, separator)
  const first = await records.next()
  const headers = first.done === true ? [] : first.value.cells.map((cell) => cell.trim())
  try {
    const columns = matchColumns(headers, known)
    const empty = Object.fromEntries(known.known.map(({ name }) => [name, ''])) as Record<Name, string>
    return { separator, columns, bytes: size, rows: readRows(records, columns, empty, headers.length) }
  } catch (error) {
    // Standard input that is left open would keep the process waiting for more of it.
    await records.return(undefined)
    throw error
  }
}

async function openBytes(file: string): Promise<{ bytes: AsyncIterable<Uint8Array>; size: number | null }> {
  if (file === '-') {
    if (!process.stdin.isTTY) return { bytes: process.stdin, size: null }
    throw new CommandError('usage', '- reads from a pipe or a file, not from the terminal.', {
      remedy: 'Name the file, or send it: … - < file.csv',
    })
  }
  try {
    const handle = await open(file)
    const stat = await handle.stat()
    if (stat.isDirectory()) throw new Error('it is a folder')
    return { bytes: handle.createReadStream(), size: stat.isFile() ? stat.size : null }
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw new CommandError('usage', `${file} ${missing ? 'does not exist' : 'cannot be read'}.`, {
      cause: error,
    })
  }
}

/** Reads until the first line that is not empty is there. */
async function readStart(text: AsyncIterator<string>): Promise<{ start: string; header: string }> {
  let start = ''
  while (!/\S[^\n]*\n/.test(start) && start.length < LONGEST_HEADER) {
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

const BADLY_QUOTED =
  'A value in quotes is badly written: quotes within it are written twice (""), and nothing follows the closing one.'

function problemOf({ cells, raw }: ParsedRecord, width: number): string | null {
  // The parser takes a badly quoted value as it is written; a good one is found in the row with its quotes doubled.
  const badlyQuoted = (cell: string) =>
    cell.startsWith('"') && !raw.includes(`"${cell.replaceAll('"', '""')}"`)
  if (cells.some(badlyQuoted)) return BADLY_QUOTED
  if (cells.slice(width).every((cell) => cell.trim() === '')) return null
  return `Has ${cells.length} values, but there are ${width} columns: put a value that holds the separator in quotes.`
}
