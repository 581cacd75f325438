import {
  bookColumns,
  describeFormat,
  FileError,
  readTable,
  type BookColumn,
  type Table,
  type TableRow,
} from '@prebook/book-files'

/** The headers that were chosen by hand, by field; null for a field that no column is used for. */
export type ColumnChoice = Partial<Record<BookColumn, string | null>>

/** The rows that show what the columns contain. */
const SAMPLE_ROWS = 5

/** A file before it is imported: how it is written, its columns, and its first rows. */
export type ImportedFile = {
  file: File
  choice: ColumnChoice
  /** All headers of the file, in its order. */
  headers: readonly string[]
  /** The header that is used for each field. */
  columns: ReadonlyMap<BookColumn, string>
} & (
  | {
      problem: null
      format: string
      headerLine: number
      unused: readonly string[]
      /** Fields for which several columns could be used. */
      choices: Table<BookColumn>['choices']
      sample: TableRow<BookColumn>[]
    }
  // Columns that are needed are missing, so others have to be chosen.
  | { problem: FileError }
)

/** A file that can be imported. */
export type ReadyFile = Extract<ImportedFile, { problem: null }>

/** The fields that a file can have, with what they contain. */
export const bookFields = bookColumns.known.map(({ name, meaning }) => ({ name, meaning }))

/**
 * Reads the header and the first rows of a file.
 *
 * @throws FileError when it is no table
 */
export async function inspectFile(file: File, choice: ColumnChoice, encoding = ''): Promise<ImportedFile> {
  let table: Table<BookColumn>
  try {
    table = await openTable(file, choice, encoding)
  } catch (error) {
    if (!(error instanceof FileError) || error.headers.length === 0) throw error
    const columns = await recognised(file, choice, encoding, error.headers)
    return { file, choice, headers: error.headers, columns, problem: error }
  }
  const sample: TableRow<BookColumn>[] = []
  for await (const row of table.rows) {
    sample.push(row)
    // Leaving the loop closes the file.
    if (sample.length === SAMPLE_ROWS) break
  }
  const { format, headerLine, headers, unused, choices } = table
  const columns = headersByField(table)
  return {
    file,
    choice,
    headers,
    columns,
    problem: null,
    format: describeFormat(format),
    headerLine,
    unused,
    choices,
    sample,
  }
}

/**
 * Opens a file as a stream of rows.
 *
 * @param encoding that of a text file; detected when it is empty
 * @throws FileError when it is no table of books
 */
export function openTable(file: File, choice: ColumnChoice, encoding = ''): Promise<Table<BookColumn>> {
  return readTable(bytesOf(file), file.size, bookColumns, tableOptions(choice, encoding))
}

function tableOptions(map: ColumnChoice, encoding: string) {
  return { map, ...(encoding !== '' && { encoding }) }
}

/** The columns that are recognised in a file which lacks others. */
async function recognised(
  file: File,
  choice: ColumnChoice,
  encoding: string,
  headers: readonly string[],
): Promise<ReadonlyMap<BookColumn, string>> {
  const anyColumns = { ...bookColumns, needed: [] }
  const table = await readTable(bytesOf(file), file.size, anyColumns, tableOptions(choice, encoding))
  for await (const _ of table.rows) break
  // Without columns that are needed, another line may be taken for the header.
  return table.headers.join('\n') === headers.join('\n') ? headersByField(table) : new Map()
}

function headersByField({ columns }: Table<BookColumn>): ReadonlyMap<BookColumn, string> {
  return new Map(Array.from(columns, ([name, { header }]) => [name, header]))
}

/** Reads a file in chunks, so that memory does not depend on its size. Not every browser can iterate over a stream. */
async function* bytesOf(file: File): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel()
  }
}
