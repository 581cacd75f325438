import { describe, expect, test } from 'vitest'
import { CellError } from './cell-error.ts'
import { readIsbnCell } from './isbn-cell.ts'

const dune = '9780441013593'

describe('an ISBN in a file', () => {
  test.each([
    dune,
    '978-0-441-01359-3',
    '0441013597',
    '="9780441013593"',
    '="0441013597"',
    "'9780441013593",
    '’9780441013593',
    '978\u20110\u2011441\u201101359\u20113',
    '978\u20130\u2013441\u201301359\u20133',
    '978\u00a00\u2009441\u202f01359\u30003',
    '\u200e9780441013593',
    'ISBN 9780441013593',
    'ISBN-13: 978-0-441-01359-3',
    'ISBN-10: 0-441-01359-7',
    '[0441013597]',
    '0441013597, 9780441013593',
    '9780441013593 | 0441013597',
  ])('%s has one meaning', (text) => {
    expect(readIsbnCell(text, { repair: false })).toEqual({ isbn: dune, repairs: [] })
  })

  test.each([
    ['441013597', dune, 'the lost zero was put back'],
    ['441-01359-7', dune, 'the lost zero was put back'],
    ['441013597.0', dune, 'the lost zero was put back'],
    ['2245841', '9780002245845', '3 lost zeros were put back'],
    ['9780441013593.0', dune, 'the decimals of a number were cut off'],
    ['9780441013593 (pbk.)', dune, 'the text after the ISBN was cut off'],
    ['0441013597 (hardcover : alk. paper) :', dune, 'the text after the ISBN was cut off'],
  ])('%s is mended, or refused without repairs', (from, isbn, why) => {
    expect(readIsbnCell(from)).toEqual({ isbn, repairs: [{ from, to: isbn, why }] })
    expect(() => readIsbnCell(from, { repair: false })).toThrow(CellError)
  })

  test.each([
    ['12345', 'is not an ISBN'],
    // The check digit would be right, but six digits are more often the number of an article.
    ['123459', 'is not an ISBN'],
    ['441013598', 'is not an ISBN'],
    ['44101359X', 'is not an ISBN'],
    ['9780441013594', 'its check digit is wrong'],
    ['0441013598', 'its check digit is wrong'],
    ['9.78044E+12', 'rounded by a spreadsheet'],
    ['9,78E+12', 'rounded by a spreadsheet'],
    ['0441013597, 9780156027601', 'names several books'],
    ['97804410135931', 'is not an ISBN'],
    ['4006381333931', 'is not an ISBN'],
    ['B-10', 'is not an ISBN'],
    // 6865063910 with a sign in place of a digit. With both zeros, the check digit would be right.
    ['68650639,0', 'is not an ISBN'],
    ['68650639.0', 'is not an ISBN'],
  ])('%s is refused', (text, sentence) => {
    expect(() => readIsbnCell(text)).toThrow(sentence)
    expect(isMissing(text)).toBe(false)
  })

  test.each([
    '',
    '=""',
    '0',
    '0000000000',
    '0000000000000',
    '9780000000002',
    '9999999999',
    '9999999999999',
    '9789999999991',
    '1111111111',
    '123456789X',
    '0123456789',
    '9781234567897',
    'N/A',
    'n.a.',
    '#N/A',
    'NA',
    'none',
    'NULL',
    '-',
    '—',
    '?',
    'TBA',
    'unknown',
  ])('“%s” says that there is none', (text) => {
    expect(isMissing(text)).toBe(true)
  })
})

function isMissing(text: string): boolean {
  try {
    readIsbnCell(text)
  } catch (error) {
    return error instanceof CellError && error.isMissing
  }
  return expect.unreachable(`“${text}” should be refused.`)
}
