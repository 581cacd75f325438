import { describe, expect, test } from 'vitest'
import { lineNote } from './line-key.ts'
import { planLines } from './plan-shipment.ts'

const lines = (...quantities: (number | null)[]) =>
  quantities.map((quantity, index) => ({
    line: index + 2,
    isbn: null,
    id: 12,
    quantity,
    problem: quantity === null ? 'quantity: “x” is no number of copies.' : null,
  }))

/** The movements that counting these quantities left, in the order of their turns; null for a line that left none. */
const counted = (...deltas: (number | null)[]) =>
  deltas.flatMap((delta, index) => (delta === null ? [] : [{ note: lineNote('S', index + 1), delta }]))

const states = (...args: [(number | null)[], (number | null)[]]) =>
  planLines('S', 12, lines(...args[0]), counted(...args[1])).map(({ state }) => state)

describe('which lines about one book are still to be counted', () => {
  test.each([
    ['all, the first time', [5, 3], [], ['toCount', 'toCount']],
    ['none, when all were', [5, 3], [5, 3], ['counted', 'counted']],
    ['the rest, after an interruption', [5, 3], [5], ['counted', 'toCount']],
    ['one that could not be read before', [5, 3], [null, 3], ['toCount', 'counted']],
    ['a line more at the end', [5, 3, 2], [5, 3], ['counted', 'counted', 'toCount']],
    ['not one without copies', [0, 3], [], ['empty', 'toCount']],
    ['not one that cannot be read, which keeps its turn', [null, 3], [null, 3], ['problem', 'counted']],
  ])('%s', (_name, file, before, expected) => {
    expect(states(file, before)).toEqual(expected)
  })

  test('a corrected quantity is told, with what to do by hand', () => {
    const [line] = planLines('S', 12, lines(7), counted(5))
    expect(line?.problem).toContain('as 5, not 7')
    expect(line?.problem).toContain('prebook restock 12 --by 2')
    const [less] = planLines('S', 12, lines(4), counted(5))
    expect(less?.problem).toContain('prebook restock 12 --by -1')
  })

  test.each([
    ['a line is put in before one that was counted', [2, 5], [5]],
    ['a line is taken out', [3, 4], [5, 3]],
    ['lines change places', [3, 5], [5, 3, null]],
  ])('nothing is counted twice when %s', (_name, file, before) => {
    expect(states(file, before)).not.toContain('toCount')
    expect(states(file, before)).toContain('problem')
  })

  test('another shipment does not count, nor a movement without a note', () => {
    const others = [
      { note: lineNote('T', 1), delta: 5 },
      { note: null, delta: 5 },
    ]
    expect(planLines('S', 12, lines(5), others)).toMatchObject([{ state: 'toCount' }])
  })
})
