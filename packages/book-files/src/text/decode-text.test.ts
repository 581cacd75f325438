import { describe, expect, test } from 'vitest'
import { collect } from '../testing/collect.ts'
import { inChunks, readAll } from '../testing/sources.ts'
import { decodeText } from './decode-text.ts'

/** Decodes a file in chunks of every size, with one result for all of them, and reads its rows. */
async function read(bytes: Uint8Array, options: { encoding?: string } = {}) {
  const { format, rows } = await readAll(bytes, options)
  const encoding = format.kind === 'csv' ? format.encoding : ''
  const results = new Set<string>()
  for (let size = 1; size <= bytes.length + 1; size += 1) {
    const problems = new Map<number, string>()
    const pieces = await collect(decodeText(inChunks(bytes, size), { encoding, markLength: 0, problems }))
    expect(pieces.at(-1)).toMatchObject({ bytes: bytes.length, isLast: true })
    results.add(JSON.stringify([pieces.map(({ text }) => text).join(''), [...problems]]))
  }
  expect(results.size).toBe(1)
  return { rows }
}

const cellsOf = async (bytes: Uint8Array, options = {}) =>
  (await read(bytes, options)).rows.map(({ cells }) => cells)

const utf16 = (text: string) => Buffer.from(text, 'utf16le')

describe('decoding a file, whatever the size of its chunks', () => {
  test.each([
    ['plain UTF-8', Buffer.from('Märchen,百年 🚀\n'), [['Märchen', '百年 🚀']]],
    ['with a byte-order mark', Buffer.from('\uFEFFtitle,isbn\n'), [['title', 'isbn']]],
    ['as UTF-16', utf16('\uFEFFMärchen\t🚀\n'), [['Märchen', '🚀']]],
    ['as big-endian UTF-16', utf16('\uFEFFMärchen\n').swap16(), [['Märchen']]],
    ['with Windows line endings', Buffer.from('a\r\nb\r\n\r\nc'), [['a'], ['b'], ['c']]],
    ['with classic Mac line endings', Buffer.from('a\rb\r'), [['a'], ['b']]],
    ['one letter', Buffer.from('a'), [['a']]],
  ])('%s', async (_name, bytes, cells) => {
    expect(await cellsOf(bytes)).toEqual(cells)
  })

  test.each([
    ['a lone byte', Buffer.from('a,b\r\nx,M\u00fcnchen\r\nc,d', 'latin1'), 'utf-8', 2, 'FC'],
    ['a letter that is cut off', Buffer.from('Fluß,b\nMä').subarray(0, -1), 'utf-8', 2, 'C3'],
    ['a zero byte', Buffer.from('a,b\nx\0y,b\n'), 'utf-8', 2, '00'],
    ['half a character', utf16('a,b\nx\uD800y,b\n'), 'utf-16le', 2, '00'],
    ['a byte that windows-1252 lacks', Buffer.from('a,b\nx\x81y,b\n', 'latin1'), 'windows-1252', 2, '81'],
  ])('names the line of %s, and reads the others', async (_name, bytes, encoding, line, byte) => {
    const { rows } = await read(bytes, { encoding })
    const problems = rows.filter(({ problem }) => problem !== null)
    expect(problems).toMatchObject([
      {
        line,
        problem: `Contains the byte ${byte}, which is no text in ${encoding}. Correct it, or choose the encoding of the file.`,
      },
    ])
    expect(rows.length).toBeGreaterThan(problems.length)
  })

  test('names the line of a byte in a value of several lines', async () => {
    const { rows } = await read(Buffer.from('a,b\n"x\ny\nM\u00e4rchen\nz",c\nd,e\n', 'latin1'), {
      encoding: 'utf-8',
    })
    expect(rows.map(({ line, lastLine, problem }) => [line, lastLine, problem?.slice(0, 6)])).toEqual([
      [1, 1, undefined],
      [2, 5, 'Line 4'],
      [6, 6, undefined],
    ])
  })

  test('names a line beyond the bytes from which the encoding is detected', async () => {
    const lines = ['title,author', ...Array.from({ length: 9_999 }, (_, n) => `Title ${n},Author`)]
    lines[8_000] = 'M\u00fcnchen,Author'
    const { format, rows } = await readAll(Buffer.from(lines.join('\n'), 'latin1'))
    expect(format).toMatchObject({ encoding: 'utf-8' })
    expect(rows).toHaveLength(10_000)
    expect(rows.filter(({ problem }) => problem !== null)).toMatchObject([{ line: 8_001 }])
  })
})
