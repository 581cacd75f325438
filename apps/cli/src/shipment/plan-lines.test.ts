import { describe, expect, test } from 'vitest'
import { lineNote } from './line-key.ts'
import { planLines } from './plan-shipment.ts'

const lines = (...quantities: (number | null)[]) =>
  quantities.map((quantity, index) => ({
    line: index + 2,
    isbn: null,
    id: 12,
    quantity,
    problem: quantity === null ? 'quantity: “x” is not a number of copies.' : null,
    repairs: [],
  }))

/** The movements of lines with these quantities, in file order; null for a line without one. */
const counted = (...deltas: (number | null)[]) =>
  deltas.flatMap((delta, index) => (delta === null ? [] : [{ note: lineNote('S', index + 1), delta }]))

const states = (...args: [(number | null)[], (number | null)[]]) =>
  planLines('S', 12, lines(...args[0]), counted(...args[1])).map(({ state }) => state)

describe('the lines of a book that are still to be counted', () => {
  test.each([
    ['all, on the first run', [5, 3], [], ['toCount', 'toCount']],
    ['none, when all were counted', [5, 3], [5, 3], ['counted', 'counted']],
    ['the rest, after an interruption', [5, 3], [5], ['counted', 'toCount']],
    ['a line that was invalid before', [5, 3], [null, 3], ['toCount', 'counted']],
    ['a line added at the end', [5, 3, 2], [5, 3], ['counted', 'counted', 'toCount']],
    ['a return', [5, -2], [5], ['counted', 'toCount']],
    ['not a return that was counted', [5, -2], [5, -2], ['counted', 'counted']],
    ['not a line without copies', [0, 3], [], ['empty', 'toCount']],
    ['not an invalid line, which keeps its position', [null, 3], [null, 3], ['problem', 'counted']],
  ])('%s', (_name, file, before, expected) => {
    expect(states(file, before)).toEqual(expected)
  })

  test('reports a corrected quantity, with the command that corrects the stock', () => {
    const [line] = planLines('S', 12, lines(7), counted(5))
    expect(line?.problem).toContain('with quantity 5, not 7')
    expect(line?.problem).toContain('prebook restock 12 --by 2')
    const [less] = planLines('S', 12, lines(4), counted(5))
    expect(less?.problem).toContain('prebook restock 12 --by -1')
  })

  test.each([
    ['a line is inserted before one that was counted', [2, 5], [5]],
    ['a line is removed', [3, 4], [5, 3]],
    ['lines are reordered', [3, 5], [5, 3, null]],
  ])('nothing is counted twice when %s', (_name, file, before) => {
    expect(states(file, before)).not.toContain('toCount')
    expect(states(file, before)).toContain('problem')
  })

  test('ignores other shipments and movements without a note', () => {
    const others = [
      { note: lineNote('T', 1), delta: 5 },
      { note: null, delta: 5 },
    ]
    expect(planLines('S', 12, lines(5), others)).toMatchObject([{ state: 'toCount' }])
  })
})
