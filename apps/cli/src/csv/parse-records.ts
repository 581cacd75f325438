import { CsvError, parse } from 'csv-parse'
import { CommandError } from '../program/command-error.ts'
import type { Separator } from './separator.ts'

/** The longest row, in characters: a quote that is never closed would otherwise pull the whole file into memory. */
const LONGEST_ROW = 100_000

/** A row as the parser gives it; `raw` is how it is written. */
export type ParsedRecord = { cells: string[]; lastLine: number; bytes: number; raw: string }

/**
 * Takes text apart into rows. A badly written row does not stop it: its values then are as they are written.
 *
 * @param start the text that was read already
 * @throws CommandError `usage` at a row that does not end
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
    // Trimming behind a closing quote too would make a badly written one stop the whole file.
    ltrim: true,
    skip_empty_lines: true,
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: LONGEST_ROW,
    // Read as a stream, the parser would lose the rows before an error that are not taken yet.
    on_record(given: unknown, { lines, bytes_records: bytes }) {
      // With `raw` a row comes together with how it is written, which the types do not say.
      const { record: cells, raw } = given as { record: string[]; raw: string }
      ready.push({ cells, lastLine: lines, bytes, raw })
      return null
    },
  })
  // Each error also comes to the callback of what was written last.
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
  for await (const piece of all()) {
    const error = await new Promise<Error | null | undefined>((resolve) => void parser.write(piece, resolve))
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
      ? `is longer than ${LONGEST_ROW} characters: perhaps a quote in it is never closed.`
      : 'holds a quote that is never closed.'
  return new CommandError('usage', `The row after line ${lastLine} ${what}`, {
    remedy: 'Close the quote; a quote within a value in quotes is written twice.',
    cause: error,
  })
}
