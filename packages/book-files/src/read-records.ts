import { joinBytes } from './bytes.ts'
import { FileError } from './file-error.ts'
import { fileKind } from './file-kind.ts'
import type { FileFormat } from './file-format.ts'
import type { FileRow } from './file-row.ts'
import { readText } from './text/read-text.ts'

/** The bytes from which the format of a file is detected. */
const SAMPLE_BYTES = 65_536

/** What is known of a file before it is read. */
export type RecordOptions = {
  /** The encoding of a text file, by any label of the Encoding Standard; detected when it is left out. */
  encoding?: string
}

/** A file as rows, read as a stream. Rows without any value are left out. */
export type Records = { format: FileFormat; rows: AsyncGenerator<FileRow> }

/**
 * Reads a file as rows, on demand: text in any encoding and with any usual separator, or an Excel workbook. The source is closed
 * after the last row, when the rows are, and after an error.
 *
 * @throws FileError when the file is empty, of another kind, or in an encoding that is not certain; also while reading rows
 */
export async function readRecords(
  bytes: AsyncIterable<Uint8Array>,
  options: RecordOptions = {},
): Promise<Records> {
  const chunks = bytes[Symbol.asyncIterator]()
  try {
    const start = await readStart(chunks)
    if (start.bytes.length === 0) throw new FileError('The file is empty.')
    if (fileKind(start.bytes) === 'workbook') {
      // Most lists are text, so that programs start without the reader of workbooks.
      const { readWorkbook } = await import('./xlsx/read-workbook.ts')
      return await readWorkbook(start.bytes, chunks)
    }
    return await readText(start, chunks, options.encoding)
  } catch (error) {
    // An open standard input would keep the process alive.
    await chunks.return?.()
    throw error
  }
}

async function readStart(
  chunks: AsyncIterator<Uint8Array>,
): Promise<{ bytes: Uint8Array; isWhole: boolean }> {
  const parts: Uint8Array[] = []
  let size = 0
  while (size < SAMPLE_BYTES) {
    const next = await chunks.next()
    if (next.done === true) return { bytes: joinBytes(parts), isWhole: true }
    parts.push(next.value)
    size += next.value.length
  }
  return { bytes: joinBytes(parts), isWhole: false }
}
