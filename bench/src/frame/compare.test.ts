import { expect, test } from 'vitest'
import { compareRuns } from './compare.ts'
import type { Figure } from './record.ts'

function run(values: number[], better: 'more' | 'less' = 'less'): Figure[] {
  return [
    {
      name: 'speed',
      title: '',
      about: '',
      measures: [{ name: 'ms', better, digits: 1 }],
      rows: [{ variant: 'ours', at: 'here', values: { ms: values } }],
    },
  ]
}

test.each([
  { before: [10, 11, 12], after: [20, 21, 22], better: 'less', verdict: 'worse' },
  { before: [10, 11, 12], after: [20, 21, 22], better: 'more', verdict: 'better' },
  { before: [20, 21, 22], after: [10, 11, 12], better: 'less', verdict: 'better' },
  { before: [20, 21, 22], after: [10, 11, 12], better: 'more', verdict: 'worse' },
  { before: [10, 20, 30], after: [15, 25, 35], better: 'less', verdict: 'same' },
] as const)(
  '$before then $after is $verdict where $better is better',
  ({ before, after, better, verdict }) => {
    const [movement] = compareRuns(run([...before], better), run([...after], better))
    expect(movement?.verdict).toBe(verdict)
  },
)

test('the ratio is the new median divided by the old one', () => {
  expect(compareRuns(run([10, 20, 90]), run([30, 40, 41]))[0]?.ratio).toBe(2)
})

test('a row that only one run has is not compared', () => {
  expect(compareRuns([], run([1]))).toEqual([])
  expect(compareRuns(run([1]), [])).toEqual([])
})
