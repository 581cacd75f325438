import { describe, expect, test } from 'vitest'
import { CellError } from './cell-error.ts'
import { readCopiesCell } from './copies-cell.ts'

describe('a number of copies', () => {
  test.each([
    ['5', 5],
    ['0', 0],
    ['0005', 5],
    ['5.0', 5],
    ['5,00', 5],
    ['+3', 3],
    ['-2', -2],
    ['−2', -2],
    ['-0', 0],
    ['="12"', 12],
    ["'12", 12],
    ['1000001', 1_000_001],
  ])('%s is %i', (text, copies) => {
    expect(readCopiesCell(text)).toBe(copies)
  })

  test.each([
    ['1,000', 'can mean 1000 or 1. Write 1000'],
    ['1.234', 'can mean 1234 or 1.234'],
    ['1,000,000', 'Write 1000000'],
    ['5.5', 'not a whole number'],
    ['5 pcs', 'has text after the number'],
    ['>100', 'is a bound'],
    ['100+', 'is a bound'],
    ['1e2', 'rounded by a spreadsheet'],
    ['In stock', 'is not a number of copies'],
    ['yes', 'is not a number of copies'],
    ['(5)', 'Write a negative number as -2'],
    ['5-', 'Write a negative number as -2'],
    ['9007199254740993', 'is not a number of copies'],
  ])('%s is refused', (text, sentence) => {
    expect(() => readCopiesCell(text)).toThrow(sentence)
    expect(missing(text)).toBe(false)
  })

  test.each(['', 'N/A', '-', 'none'])('“%s” says nothing', (text) => {
    expect(missing(text)).toBe(true)
  })
})

function missing(text: string): boolean {
  try {
    readCopiesCell(text)
  } catch (error) {
    return error instanceof CellError && error.isMissing
  }
  return expect.unreachable(`“${text}” should be refused.`)
}
