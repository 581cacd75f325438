import { FileError } from '../file-error.ts'
import { isPlausibleWestern } from './western-text.ts'

/** The encodings that a message proposes. Every other label of the Encoding Standard is accepted as well. */
const PROPOSED =
  'utf-8, utf-16le, utf-16be, windows-1252, windows-1250, windows-1251, windows-1254, iso-8859-15, macintosh, ibm866, shift_jis, gb18030, big5 and euc-kr'

export const OTHER_ENCODING =
  'Choose the encoding of the file (such as windows-1252), or save it as “CSV UTF-8”.'

/**
 * The name of an encoding in the Encoding Standard, by any of its labels: `latin1` is windows-1252.
 *
 * @throws FileError when there is none
 */
export function encodingOfLabel(label: string): string {
  try {
    return new TextDecoder(label.trim()).encoding
  } catch (error) {
    throw new FileError(`The encoding “${label}” is unknown.`, {
      remedy: `Use one of ${PROPOSED}, or another one of the Encoding Standard.`,
      cause: error,
    })
  }
}

/** The encoding that a byte-order mark names, and the length of the mark. */
export function encodingOfMark(start: Uint8Array): { encoding: string; length: number } | null {
  const [a, b, c] = start
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', length: 3 }
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', length: 2 }
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', length: 2 }
  return null
}

/**
 * Detects the encoding of a file without a mark from its first bytes: UTF-16 by its zero bytes, UTF-8 by being valid, else
 * windows-1252 if that gives words of western languages.
 *
 * @param isWhole whether the bytes are the whole file; otherwise the last character may be incomplete
 * @throws FileError when the bytes are not text, or their encoding is not certain
 */
export function detectEncoding(sample: Uint8Array, isWhole: boolean): string {
  const wide = wideEncoding(sample)
  if (wide !== null) return wide
  if (isBinary(sample))
    throw new FileError('The file is not text.', { remedy: 'Save the list as “CSV UTF-8” or as .xlsx.' })
  if (isMostlyUtf8(sample, isWhole)) return 'utf-8'
  const word = isPlausibleWestern(new TextDecoder('windows-1252').decode(sample))
  if (word === true) return 'windows-1252'
  throw new FileError(
    `The encoding of the file is not certain: it is not UTF-8, and as windows-1252 it contains “${word}”.`,
    { remedy: `Choose the encoding of the file, or save it as “CSV UTF-8”. Encodings: ${PROPOSED}.` },
  )
}

/** UTF-16 without a mark: most characters of a table are ASCII, so every second byte of many pairs is zero. */
function wideEncoding(sample: Uint8Array): string | null {
  const pairs = Math.floor(sample.length / 2)
  const zeros = [0, 0]
  for (let at = 0; at < pairs * 2; at += 1) if (sample[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1
  const [first = 0, second = 0] = zeros
  if (second > pairs / 5 && first < second / 10) return 'utf-16le'
  if (first > pairs / 5 && second < first / 10) return 'utf-16be'
  return null
}

/** Whether more than one byte in 200 is a control character that no text contains. */
function isBinary(sample: Uint8Array): boolean {
  const controls = sample.reduce(
    (count, byte) => (byte < 9 || (byte > 13 && byte < 26) ? count + 1 : count),
    0,
  )
  return controls * 200 > sample.length
}

/** Valid UTF-8, or UTF-8 with a few bytes that are not: more characters of several bytes than bytes that are no text. */
function isMostlyUtf8(sample: Uint8Array, isWhole: boolean): boolean {
  const decoded = new TextDecoder().decode(sample, { stream: !isWhole })
  // A file can also have the character by which decoders replace a byte.
  const written = countOf(new TextDecoder('latin1').decode(sample), /\u00ef\u00bf\u00bd/g)
  const invalid = countOf(decoded, /\uFFFD/g) - written
  return invalid === 0 || countOf(decoded, /[^\0-\x7f\uFFFD]/gu) > invalid
}

function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0
}
