import {
  matchHeader,
  unknownColumns,
  type ColumnMap,
  type HeaderMatch,
  type KnownColumns,
  type MatchedColumns,
} from './columns.ts'
import type { FileFormat } from './file-format.ts'
import { problemIn, type FileRow } from './file-row.ts'
import { FileError } from './file-error.ts'
import { readRecords, type RecordOptions } from './read-records.ts'

/** The most rows among which the header is looked for: exports of tills begin with a title, a date and empty lines. */
const MAX_ROWS_TO_HEADER = 20

/** A row of a file, with its values by column. Missing values are empty. */
export type TableRow<Name extends string> = Omit<FileRow, 'cells' | 'brokenCells'> & {
  values: Record<Name, string>
}

/** How a file is read, and which header is read as which column. */
export type TableOptions<Name extends string> = RecordOptions & { map?: ColumnMap<Name> }

/** A file with a header, read as a stream. */
export type Table<Name extends string> = MatchedColumns<Name> & {
  format: FileFormat
  /** All headers, in the order of the file. */
  headers: string[]
  headerLine: number
  /** What is above the header. */
  preamble: { line: number; text: string }[]
  /** The size of the file; null when it is unknown, as for a pipe. */
  bytes: number | null
  rows: AsyncIterable<TableRow<Name>>
}

/**
 * Finds the header of a file among its first rows; the rows below it are read on demand. The source is closed after the last row.
 *
 * @param size the total number of bytes; null when it is unknown
 * @throws FileError when it is not text or has other columns; also while reading rows
 */
export async function readTable<Name extends string>(
  bytes: AsyncIterable<Uint8Array>,
  size: number | null,
  known: KnownColumns<Name>,
  options: TableOptions<Name> = {},
): Promise<Table<Name>> {
  const { format, rows } = await readRecords(bytes, options)
  try {
    const { header, match, above } = await findHeader(rows, known, options.map)
    const { columns, choices, unused } = match
    const empty = Object.fromEntries(known.known.map(({ name }) => [name, ''])) as Record<Name, string>
    return {
      format,
      columns,
      choices,
      unused,
      headers: header.cells,
      headerLine: header.line,
      preamble: above.map(({ line, cells }) => ({ line, text: cells.filter(Boolean).join(' ') })),
      bytes: size,
      rows: readRows(rows, columns, empty, {
        width: header.cells.length,
        isWorkbook: format.kind === 'xlsx',
      }),
    }
  } catch (error) {
    // An open standard input would keep the process alive.
    await rows.return(undefined)
    throw error
  }
}

type Header<Name extends string> = { header: FileRow; match: HeaderMatch<Name>; above: FileRow[] }

/** @throws FileError when none of the first rows names the columns */
async function findHeader<Name extends string>(
  rows: AsyncGenerator<FileRow>,
  known: KnownColumns<Name>,
  map: ColumnMap<Name> | undefined,
): Promise<Header<Name>> {
  const above: FileRow[] = []
  let closest: Header<Name> | null = null
  while (above.length < MAX_ROWS_TO_HEADER) {
    const next = await rows.next()
    if (next.done === true) break
    const found = { header: next.value, match: matchHeader(next.value.cells, known, map), above }
    if (found.match.problems.length === 0) {
      const problem = problemIn(next.value)
      if (problem === null) return found
      throw new FileError(`Line ${next.value.line}, the header: ${problem}`)
    }
    if (closest === null || found.match.columns.size > closest.match.columns.size) closest = found
    above.push(next.value)
  }
  if (closest === null) throw new FileError('The file is empty.')
  const { header, match } = closest
  const last = above.at(-1)?.line ?? header.line
  const where =
    above.length === 1
      ? []
      : [`Looked at lines ${above[0]?.line} to ${last}; line ${header.line} is the closest.`]
  throw unknownColumns([...match.problems, ...where], header.cells, known)
}

async function* readRows<Name extends string>(
  rows: AsyncIterable<FileRow>,
  columns: MatchedColumns<Name>['columns'],
  empty: Record<Name, string>,
  shape: { width: number; isWorkbook: boolean },
): AsyncGenerator<TableRow<Name>> {
  const places = [...columns].map(([name, { index }]) => ({ name, index }))
  const used = places.map(({ index }) => index)
  for await (const row of rows) {
    const { cells, brokenCells: _, ...at } = row
    const values = { ...empty }
    for (const { name, index } of places) values[name] = cells[index] ?? ''
    // An error in a column that is not used changes nothing.
    yield { ...at, values, problem: problemIn(row, used) ?? tooManyCells(cells, shape) }
  }
}

/** In text, an empty value after the last column is a separator too many, so that the others may be in the wrong columns. */
function tooManyCells(
  cells: readonly string[],
  { width, isWorkbook }: { width: number; isWorkbook: boolean },
): string | null {
  if (cells.length <= width || (isWorkbook && cells.slice(width).every((cell) => cell === ''))) return null
  return `Found ${cells.length} values for ${width} columns. Quote values that contain the separator.`
}
