import { FileError } from '../file-error.ts'

/**
 * Decodes the bytes of a file as a stream: UTF-8, or the UTF-16 that spreadsheets export, without the byte-order mark. All
 * line endings become `\n`, so that line numbers match those of an editor.
 *
 * @throws FileError when the bytes are in another encoding
 */
export async function* decodeText(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let endsInReturn = false
  for await (const text of decode(bytes)) {
    const whole: string = endsInReturn ? `\r${text}` : text
    // The `\n` of this pair may come with the next chunk.
    endsInReturn = whole.endsWith('\r')
    yield (endsInReturn ? whole.slice(0, -1) : whole).replace(/\r\n?/g, '\n')
  }
  if (endsInReturn) yield '\n'
}

async function* decode(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | null = null
  let start: Uint8Array = new Uint8Array()
  try {
    for await (const chunk of bytes) {
      if (decoder !== null) {
        yield decoder.decode(chunk, { stream: true })
        continue
      }
      start = joined(start, chunk)
      if (start.length < 2) continue
      decoder = new TextDecoder(encodingOf(start), { fatal: true })
      yield decoder.decode(start, { stream: true })
    }
    yield decoder === null ? new TextDecoder('utf-8', { fatal: true }).decode(start) : decoder.decode()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new FileError('The file is not UTF-8 text.', {
      remedy: 'Save it as “CSV UTF-8”. In another encoding, accented letters would be garbled.',
      cause: error,
    })
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length)
  all.set(first)
  all.set(second, first.length)
  return all
}

/** The encoding named by the byte-order mark; UTF-8 without one. */
function encodingOf(start: Uint8Array): string {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le'
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be'
  return 'utf-8'
}
