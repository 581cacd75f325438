import { matchColumns, type FileColumn, type KnownColumns } from './columns.ts'
import type { FileFormat } from './file-format.ts'
import type { FileRow } from './file-row.ts'
import { readRecords, type RecordOptions } from './read-records.ts'

/** A row of a file, with its values by column. Missing values are empty. */
export type TableRow<Name extends string> = Omit<FileRow, 'cells'> & { values: Record<Name, string> }

/** A file with a header, read as a stream. */
export type Table<Name extends string> = {
  format: FileFormat
  columns: Map<Name, FileColumn>
  /** The size of the file; null when it is unknown, as for a pipe. */
  bytes: number | null
  rows: AsyncIterable<TableRow<Name>>
}

/**
 * Reads the header of a file; its rows are read on demand. The source is closed after the last row.
 *
 * @param size the total number of bytes; null when it is unknown
 * @throws FileError when it is not text or has other columns; also while reading rows
 */
export async function readTable<Name extends string>(
  bytes: AsyncIterable<Uint8Array>,
  size: number | null,
  known: KnownColumns<Name>,
  options: RecordOptions = {},
): Promise<Table<Name>> {
  const { format, rows } = await readRecords(bytes, options)
  try {
    const first = await rows.next()
    const headers = first.done === true ? [] : first.value.cells
    const columns = matchColumns(headers, known)
    const empty = Object.fromEntries(known.known.map(({ name }) => [name, ''])) as Record<Name, string>
    return { format, columns, bytes: size, rows: readRows(rows, columns, empty, headers.length) }
  } catch (error) {
    // An open standard input would keep the process alive.
    await rows.return(undefined)
    throw error
  }
}

async function* readRows<Name extends string>(
  rows: AsyncIterable<FileRow>,
  columns: Map<Name, FileColumn>,
  empty: Record<Name, string>,
  width: number,
): AsyncGenerator<TableRow<Name>> {
  for await (const { cells, ...at } of rows) {
    const named = [...columns].map(([name, { index }]) => [name, cells[index] ?? ''] as const)
    const values = { ...empty, ...Object.fromEntries(named) }
    yield { ...at, values, problem: at.problem ?? tooManyCells(cells, width) }
  }
}

function tooManyCells(cells: readonly string[], width: number): string | null {
  if (cells.slice(width).every((cell) => cell === '')) return null
  return `Found ${cells.length} values for ${width} columns. Quote values that contain the separator.`
}
