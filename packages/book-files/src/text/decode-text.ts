import { joinBytes } from '../bytes.ts'
import { FileError } from '../file-error.ts'
import { MAX_ROW_LENGTH } from './parse-record.ts'

/** Whole lines of a file; `bytes` is the size of the file up to their end. The last piece may be empty. */
export type TextPiece = { text: string; bytes: number; isLast: boolean }

/** The longest line, in bytes: in every encoding, a row of more is too long. */
const MAX_LINE_BYTES = 4 * MAX_ROW_LENGTH

/**
 * Decodes a file as a stream, in pieces of whole lines. All line endings become `\n`, so that line numbers match those of an
 * editor. A line with a byte that is no text in the encoding gets an entry in `problems`, by its number.
 *
 * @param chunks the file behind its byte-order mark, whose length is `markLength`
 * @throws FileError when a line is too long
 */
export async function* decodeText(
  chunks: AsyncIterable<Uint8Array>,
  { encoding, markLength, problems }: { encoding: string; markLength: number; problems: Map<number, string> },
): AsyncGenerator<TextPiece> {
  const decoder = new LineDecoder(encoding, problems)
  let bytes = markLength
  let pending: Uint8Array = new Uint8Array()
  for await (const chunk of chunks) {
    pending = pending.length === 0 ? chunk : joinBytes([pending, chunk])
    const end = decoder.endOfLines(pending)
    if (end === 0 && pending.length > MAX_LINE_BYTES)
      throw new FileError(`Line ${decoder.lines + 1} is longer than ${MAX_ROW_LENGTH} characters.`)
    if (end === 0) continue
    bytes += end
    yield { text: decoder.decode(pending.subarray(0, end)), bytes, isLast: false }
    pending = pending.subarray(end)
  }
  yield { text: decoder.decode(pending), bytes: bytes + pending.length, isLast: true }
}

class LineDecoder {
  /** The number of lines decoded. */
  lines = 0
  readonly #encoding: string
  readonly #problems: Map<number, string>
  readonly #strict: InstanceType<typeof TextDecoder>
  /** The size of a character unit, and the place of its low byte. */
  readonly #unit: { width: number; low: number }

  constructor(encoding: string, problems: Map<number, string>) {
    this.#encoding = encoding
    this.#problems = problems
    this.#strict = new TextDecoder(encoding, { fatal: true, ignoreBOM: true })
    this.#unit = { width: encoding.startsWith('utf-16') ? 2 : 1, low: encoding === 'utf-16be' ? 1 : 0 }
  }

  /** The end of the last line that is certainly complete; 0 when there is none. */
  endOfLines(bytes: Uint8Array): number {
    const { width } = this.#unit
    for (let at = bytes.length - (bytes.length % width) - width; at >= 0; at -= width) {
      const character = this.#characterAt(bytes, at)
      // The `\n` of a pair may come with the next chunk.
      if (character === LF || (character === CR && at + 2 * width <= bytes.length)) return at + width
    }
    return 0
  }

  /** Decodes whole lines. */
  decode(bytes: Uint8Array): string {
    const whole = this.#decodeStrictly(bytes)
    if (whole === null) return withLineFeeds(this.#decodeByLine(bytes))
    const text = withLineFeeds(whole)
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.lines += 1
    return text
  }

  #decodeByLine(bytes: Uint8Array): string {
    const lenient = new TextDecoder(this.#encoding, { ignoreBOM: true })
    let text = ''
    for (const line of this.#splitLines(bytes)) {
      const decoded = this.#decodeStrictly(line)
      text += decoded ?? lenient.decode(line)
      this.lines += 1
      if (decoded === null) this.#problems.set(this.lines, this.#describeLine(line))
    }
    return text
  }

  /** The text of bytes; null when one of them is no text. */
  #decodeStrictly(bytes: Uint8Array): string | null {
    try {
      const text = this.#strict.decode(bytes)
      return this.#hasNoText(text) ? null : text
    } catch (error) {
      if (error instanceof TypeError) return null
      throw error
    }
  }

  /** The decoders of the standard also return characters for bytes that an encoding leaves undefined: control characters. */
  #hasNoText(text: string): boolean {
    return text.includes('\0') || (!this.#encoding.startsWith('utf-') && /[\u0080-\u009f]/.test(text))
  }

  *#splitLines(bytes: Uint8Array): Generator<Uint8Array> {
    const { width } = this.#unit
    let start = 0
    for (let at = 0; at < bytes.length; at += width) {
      const character = this.#characterAt(bytes, at)
      if (character !== LF && (character !== CR || this.#characterAt(bytes, at + width) === LF)) continue
      yield bytes.subarray(start, at + width)
      start = at + width
    }
    if (start < bytes.length) yield bytes.subarray(start)
  }

  #describeLine(line: Uint8Array): string {
    const byte = (line[this.#firstInvalid(line)] ?? 0).toString(16).toUpperCase().padStart(2, '0')
    return `Contains the byte ${byte}, which is no text in ${this.#encoding}. Correct it, or choose the encoding of the file.`
  }

  #firstInvalid(line: Uint8Array): number {
    const decoder = new TextDecoder(this.#encoding, { fatal: true, ignoreBOM: true })
    let start = 0
    for (let at = 0; at < line.length; at += 1) {
      try {
        const text = decoder.decode(line.subarray(at, at + 1), { stream: true })
        if (this.#hasNoText(text)) return start
        if (text !== '') start = at + 1
      } catch {
        return start
      }
    }
    return start
  }

  #characterAt(bytes: Uint8Array, at: number): number {
    const { width, low } = this.#unit
    return width === 1 ? (bytes[at] ?? 0) : (bytes[at + low] ?? 0) + 256 * (bytes[at + 1 - low] ?? 0)
  }
}

const LF = 10
const CR = 13

function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
}
