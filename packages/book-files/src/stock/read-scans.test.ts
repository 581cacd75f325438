import { describe, expect, test } from 'vitest'
import { isScanList, readScans } from './read-scans.ts'

const rowsOf = (codes: string[]) =>
  codes.map((code, index) => ({
    line: index + 1,
    lastLine: index + 1,
    bytes: 0,
    cells: [code],
    problem: null,
  }))

describe('a bare list of scanned barcodes', () => {
  test.each([
    [['9780441013593'], true],
    [['978-0-441-01359-3'], true],
    [['044101359X'], true],
    [['4006381333931'], true],
    [[']E09780441013593'], true],
    [['isbn'], false],
    [['9780441013593', '5'], false],
    [['Dune'], false],
    [[''], false],
  ])('is known by its first row: %j is %j', (cells, expected) => {
    expect(isScanList({ cells })).toBe(expected)
  })

  test('has a row for each book, with the line of its first scan', () => {
    const rows = readScans(
      rowsOf(['9780441013593', '9780553283686', '0441013597', '978-0-441-01359-3', ']E0978044101359351299']),
    )
    expect(rows.map(({ line, isbn, quantity, problem }) => [line, isbn, quantity, problem])).toEqual([
      [1, '9780441013593', 4, null],
      [2, '9780553283686', 1, null],
    ])
  })

  test.each([
    ['4006381333931', 'barcode of another product, not an ISBN'],
    ['9780441013594', 'The check digit is wrong'],
    ['4006381333930', 'The check digit is wrong'],
    ['40063813', 'The check digit is wrong'],
    // A spreadsheet loses zeros, a scanner does not.
    ['441013597', 'The check digit is wrong'],
  ])('%s is named', (code, sentence) => {
    expect(readScans(rowsOf([code]))).toMatchObject([
      { isbn: null, problem: expect.stringContaining(sentence) },
    ])
  })
})
