import { FileError } from '../file-error.ts'
import type { FileRow } from '../file-row.ts'
import type { TextPiece } from './decode-text.ts'
import type { Dialect } from './dialect.ts'
import { MAX_ROW_LENGTH, parseRecord } from './parse-record.ts'

/**
 * Splits text into rows, on demand. A malformed row does not stop the others. Rows without any value are left out.
 *
 * @param problems what is wrong with a line, by its number; entries are removed with their row
 * @param firstLine the number of the first line of the text
 * @throws FileError when a row does not end
 */
export async function* parseRecords(
  pieces: AsyncIterable<TextPiece>,
  dialect: Dialect,
  problems: Map<number, string>,
  firstLine: number,
): AsyncGenerator<FileRow> {
  let text = ''
  let bytes = 0
  let line = firstLine
  for await (const piece of pieces) {
    text += piece.text
    const bytesEach = (piece.bytes - bytes) / Math.max(1, piece.text.length)
    bytes = piece.bytes
    let at = 0
    while (at < text.length) {
      const record = parseRecord(text, at, dialect, piece.isLast)
      const isOpen = typeof record === 'string'
      const isTooLong = (isOpen ? text.length : record.end) - at > MAX_ROW_LENGTH
      if (isTooLong || record === 'open-quote') throw endless(line - 1, isTooLong)
      if (isOpen) break
      const lastLine = line + breaksInside(text, at, record.end)
      at = record.end
      const problem = takeProblem(problems, line, lastLine) ?? (record.isMalformed ? MALFORMED_QUOTES : null)
      const { cells } = record
      if (problem !== null || cells.some((cell) => cell !== ''))
        yield { line, lastLine, bytes: Math.round(bytes - (text.length - at) * bytesEach), cells, problem }
      line = lastLine + 1
    }
    text = text.slice(at)
  }
}

const MALFORMED_QUOTES =
  'A quoted value is malformed: double each quote inside it (""), and put nothing after the closing quote.'

/** The line breaks of a row before the one that ends it. */
function breaksInside(text: string, start: number, end: number): number {
  let count = 0
  for (let at = text.indexOf('\n', start); at >= 0 && at < end - 1; at = text.indexOf('\n', at + 1))
    count += 1
  return count
}

function takeProblem(problems: Map<number, string>, line: number, lastLine: number): string | null {
  if (problems.size === 0) return null
  let found: string | null = null
  for (let at = line; at <= lastLine; at += 1) {
    const problem = problems.get(at)
    // A row is known by its first line.
    if (problem !== undefined) found ??= at === line ? problem : `Line ${at}: ${problem}`
    problems.delete(at)
  }
  return found
}

function endless(lastLine: number, isTooLong: boolean): FileError {
  const what = isTooLong
    ? `is longer than ${MAX_ROW_LENGTH} characters; a quote in it may not be closed.`
    : 'contains a quote that is not closed.'
  return new FileError(`The row after line ${lastLine} ${what}`, {
    remedy: 'Close the quote. Double each quote inside a quoted value.',
  })
}
