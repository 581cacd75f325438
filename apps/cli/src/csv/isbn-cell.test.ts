import { describe, expect, test } from 'vitest'
import { parseIsbnCell } from './isbn-cell.ts'

describe('an ISBN in a file', () => {
  test.each(['9780441013593', '978-0-441-01359-3', '0441013597', '080442957X', 'not one', '97804410135931'])(
    '%s is for the server to judge',
    (text) => {
      expect(parseIsbnCell(text)).toBe(text)
    },
  )

  test.each([
    ['441013597', 'With them it is 0441013597'],
    ['44101359X', 'With them it is 044101359X'],
    ['1234567', 'With them it is 0001234567'],
    ['9.78044E+12', 'a spreadsheet rounded'],
    ['9,78E+12', 'a spreadsheet rounded'],
    ['', 'Is missing'],
  ])('%s is what a spreadsheet made of one: the remedy is told', (text, sentence) => {
    expect(() => parseIsbnCell(text)).toThrow(sentence)
  })
})
