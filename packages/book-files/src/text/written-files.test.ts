import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { collect } from '../testing/collect.ts'
import { windows1252 } from '../testing/sources.ts'
import { readRecords } from '../read-records.ts'
import { readText } from './read-text.ts'
import { separators, type Separator } from './separator.ts'

type Style = {
  separator: Separator
  escape: '"' | '\\'
  quotes: 'all' | 'needed'
  lineEnd: '\n' | '\r\n' | '\r'
  encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'
  hasMark: boolean
  hasSeparatorLine: boolean
  endsInLineEnd: boolean
}

const styles = fc.record<Style>({
  separator: fc.constantFrom(...separators),
  escape: fc.constantFrom('"', '\\'),
  quotes: fc.constantFrom('all', 'needed'),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  encoding: fc.constantFrom('utf-8', 'utf-16le', 'utf-16be', 'windows-1252'),
  hasMark: fc.boolean(),
  hasSeparatorLine: fc.boolean(),
  endsInLineEnd: fc.boolean(),
})

const word = fc.constantFrom('Die Häuser am Fluß', 'L’Étranger', 'Señor', '19,99 €', '9780441013593', 'x', '')
const special = fc.string({
  unit: fc.constantFrom(',', ';', '\t', '|', '"', '\\', '\n', ' ', 'a', 'é'),
  maxLength: 8,
})
const cell = fc.array(fc.oneof(word, special), { maxLength: 3 }).map((parts) => parts.join(' ').trim())
const table = fc.integer({ min: 2, max: 5 }).chain((width) =>
  fc
    .array(
      fc
        .array(cell, { minLength: width, maxLength: width })
        .filter((cells) => cells.some((one) => one !== '')),
      { maxLength: 6 },
    )
    .map((rows) => [Array.from({ length: width }, (_, column) => `column ${column}`), ...rows]),
)

function write(rows: string[][], style: Style): string {
  const writeCell = (text: string) => {
    const needed = /["\n]/.test(text) || text.includes(style.separator)
    if (style.quotes === 'needed' && !needed) return text
    const escaped =
      style.escape === '"' ? text.replaceAll('"', '""') : text.replace(/[\\"]/g, (sign) => `\\${sign}`)
    return `"${escaped}"`
  }
  const lines = rows.map((cells) => cells.map(writeCell).join(style.separator))
  if (style.hasSeparatorLine) lines.unshift(`sep=${style.separator}`)
  return lines.join('\n') + (style.endsInLineEnd ? '\n' : '')
}

function encode(text: string, { lineEnd, encoding, hasMark }: Style): Uint8Array {
  const lines = text.replaceAll('\n', lineEnd)
  if (encoding === 'windows-1252') return windows1252(lines)
  const marked = hasMark ? `\uFEFF${lines}` : lines
  const bytes = Buffer.from(marked, encoding === 'utf-8' ? 'utf8' : 'utf16le')
  return encoding === 'utf-16be' ? bytes.swap16() : bytes
}

async function* inPieces(bytes: Uint8Array, sizes: number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, n = 0; at < bytes.length; n += 1) {
    const size = sizes[n % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
}

/** Without an escaped quote, no reader can know how a file escapes them. */
const evidence = (rows: string[][], { escape }: Style): string[][] =>
  escape === '"' ? rows : [...rows, (rows[0] ?? []).map((name) => `“${name}” "quoted" \\`)]

test('reads back what was written in any dialect, encoding and chunks', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })
  // The format follows from the first bytes. All rows occur in them, and again in the bytes that are read later.
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  await fc.assert(
    fc.asyncProperty(table, styles, sizes, share, async (some, how, chunks, read) => {
      const once = evidence(some, how)
      const rows = [...once, ...once.slice(1)]
      const bytes = encode(write(rows, how), how)
      // A carriage return is a line end only when the next character is known.
      const least = encode(write(once, { ...how, endsInLineEnd: true }) + ' ', how).length
      const start = bytes.subarray(0, least + Math.floor(Math.max(0, bytes.length - least) * read))
      const rest = inPieces(bytes.subarray(start.length), chunks)
      const found = await readText({ bytes: start, isWhole: start.length === bytes.length }, rest, undefined)
      expect(found.format).toMatchObject({ kind: 'csv', separator: how.separator })
      const all = await collect(found.rows)
      expect(all.map(({ cells }) => cells)).toEqual(rows)
      expect(all.map(({ problem }) => problem)).toEqual(rows.map(() => null))
      expect(all.at(-1)?.bytes).toBe(bytes.length)
    }),
    { numRuns: 500 },
  )
})

test('reads what another parser reads', async () => {
  await fc.assert(
    fc.asyncProperty(table, styles, async (rows, some) => {
      const how: Style = { ...some, escape: '"', hasSeparatorLine: false, encoding: 'utf-8' }
      const bytes = encode(write(rows, how), how)
      const { rows: read } = await readRecords(inPieces(bytes, [1_000]))
      const theirs = parse(Buffer.from(bytes), {
        bom: true,
        delimiter: how.separator,
        skip_empty_lines: true,

        record_delimiter: how.lineEnd,
      })
      expect((await collect(read)).map(({ cells }) => cells)).toEqual(
        theirs.map((cells) => cells.map((text) => text.replace(/\r\n?/g, '\n'))),
      )
    }),
  )
})
