import { describe, expect, test } from 'vitest'
import { parseIsbnCell } from './isbn-cell.ts'

describe('an ISBN in a file', () => {
  test.each(['9780441013593', '978-0-441-01359-3', '0441013597', '080442957X', 'not one', '97804410135931'])(
    '%s is left to the server',
    (text) => {
      expect(parseIsbnCell(text)).toBe(text)
    },
  )

  test.each([
    ['441013597', 'The ISBN is 0441013597'],
    ['44101359X', 'The ISBN is 044101359X'],
    ['1234567', 'The ISBN is 0001234567'],
    ['9.78044E+12', 'rounded by a spreadsheet'],
    ['9,78E+12', 'rounded by a spreadsheet'],
    ['', 'Required'],
  ])('rejects “%s”, damaged by a spreadsheet, with a remedy', (text, sentence) => {
    expect(() => parseIsbnCell(text)).toThrow(sentence)
  })
})
