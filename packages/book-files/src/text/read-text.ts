import { prepend } from '../bytes.ts'
import { FileError } from '../file-error.ts'
import type { TextFormat } from '../file-format.ts'
import type { FileRow } from '../file-row.ts'
import { decodeText, type TextPiece } from './decode-text.ts'
import { detectDialect } from './dialect.ts'
import { detectEncoding, encodingOfLabel, encodingOfMark } from './encoding.ts'
import { parseRecords } from './parse-records.ts'

/**
 * Reads a text file as rows, on demand.
 *
 * @param start the first bytes, from which encoding and dialect are detected; `isWhole` when there are no others
 * @param label the encoding; detected when it is left out. A byte-order mark overrules it, as in the Encoding Standard
 * @throws FileError when the file is empty or not text; also while reading rows
 */
export async function readText(
  start: { bytes: Uint8Array; isWhole: boolean },
  rest: AsyncIterator<Uint8Array>,
  label: string | undefined,
): Promise<{ format: TextFormat; rows: AsyncGenerator<FileRow> }> {
  const mark = encodingOfMark(start.bytes)
  const given = label === undefined ? undefined : encodingOfLabel(label)
  const encoding = mark?.encoding ?? given ?? detectEncoding(start.bytes, start.isWhole)
  const problems = new Map<number, string>()
  const markLength = mark?.length ?? 0
  const pieces = decodeText(prepend(start.bytes.subarray(markLength), rest), {
    encoding,
    markLength,
    problems,
  })
  const first = await readFirst(pieces, start.isWhole)
  if (first.text.trim() === '') throw new FileError('The file is empty.')
  const { skip, ...dialect } = detectDialect(first.text)
  const text = prepend({ ...first, text: first.text.slice(skip) }, pieces)
  return {
    format: { kind: 'csv', encoding, isDetected: encoding !== given, separator: dialect.separator },
    rows: parseRecords(text, dialect, problems, skip === 0 ? 1 : 2),
  }
}

/** The first lines, with the last one of the file, which may be a piece of its own. */
async function readFirst(pieces: AsyncIterator<TextPiece>, isWhole: boolean): Promise<TextPiece> {
  const first = await pieces.next()
  if (first.done === true) return { text: '', bytes: 0, isLast: true }
  if (!isWhole || first.value.isLast) return first.value
  const rest = await readFirst(pieces, isWhole)
  return { ...rest, text: first.value.text + rest.text }
}
