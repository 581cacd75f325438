import { readRecords, type RecordOptions } from '../read-records.ts'
import type { FileFormat } from '../file-format.ts'
import type { FileRow } from '../file-row.ts'
import { collect } from './collect.ts'

/** A file in chunks of one size. */
export async function* inChunks(bytes: Uint8Array, size = 1_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** Encodes text in windows-1252. */
export function windows1252(text: string): Uint8Array {
  const decoder = new TextDecoder('windows-1252')
  const codes = new Map(
    Array.from({ length: 256 }, (_, byte) => [decoder.decode(Uint8Array.of(byte)), byte] as const),
  )
  return Uint8Array.from(text, (letter) => {
    const code = codes.get(letter)
    if (code === undefined) throw new Error(`windows-1252 has no ${letter}`)
    return code
  })
}

/** Reads a whole file. */
export async function readAll(
  bytes: Uint8Array | string,
  options: RecordOptions & { chunk?: number } = {},
): Promise<{ format: FileFormat; rows: FileRow[] }> {
  const whole = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes
  const { format, rows } = await readRecords(inChunks(whole, options.chunk), options)
  return { format, rows: await collect(rows) }
}
