import { CsvError, parse } from 'csv-parse'
import { FileError } from '../file-error.ts'
import type { Separator } from './separator.ts'

/** The longest row, in characters: an unclosed quote would otherwise read the whole file into memory. */
const MAX_ROW_LENGTH = 100_000

/** A row from the parser; `raw` is its source text. */
export type ParsedRecord = { cells: string[]; lastLine: number; bytes: number; raw: string }

/**
 * Splits text into rows. A malformed row does not stop the parser; its values keep their source text.
 *
 * @param start the text that has already been read
 * @throws FileError when a row does not end
 */
export async function* parseRecords(
  start: string,
  rest: AsyncIterable<string>,
  separator: Separator,
): AsyncGenerator<ParsedRecord> {
  const ready: ParsedRecord[] = []
  const parser = parse({
    delimiter: separator,
    raw: true,
    // Trimming after a closing quote too would make a malformed one an error of the whole file.
    ltrim: true,
    skip_empty_lines: true,
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: MAX_ROW_LENGTH,
    // Read as a stream, the parser would lose the rows before an error that have not been consumed.
    on_record(given: unknown, { lines, bytes_records: bytes }) {
      // With `raw`, a record comes with its source text; the types do not say so.
      const { record: cells, raw } = given as { record: string[]; raw: string }
      ready.push({ cells, lastLine: lines, bytes, raw })
      return null
    },
  })
  // Each error also reaches the callback of the last write.
  parser.on('error', () => undefined)
  let lastLine = 0
  const taken = () => {
    lastLine = ready.at(-1)?.lastLine ?? lastLine
    return ready.splice(0)
  }
  const all = async function* () {
    yield start
    yield* rest
  }
  for await (const chunk of all()) {
    const error = await new Promise<Error | null | undefined>((resolve) => void parser.write(chunk, resolve))
    yield* taken()
    if (error != null) throw unreadable(error, lastLine)
  }
  const error = await new Promise<Error | null | undefined>((resolve) => void parser.end(resolve))
  yield* taken()
  if (error != null) throw unreadable(error, lastLine)
}

function unreadable(error: Error, lastLine: number): Error {
  if (!(error instanceof CsvError)) return error
  const what =
    error.code === 'CSV_MAX_RECORD_SIZE'
      ? `is longer than ${MAX_ROW_LENGTH} characters; a quote in it may not be closed.`
      : 'contains a quote that is not closed.'
  return new FileError(`The row after line ${lastLine} ${what}`, {
    remedy: 'Close the quote. Double each quote inside a quoted value.',
    cause: error,
  })
}
