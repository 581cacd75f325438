import { showNumber } from './figure-cells.ts'
import { rowAt, type Figure } from './record.ts'
import { median } from './statistics.ts'
import type { Bound, Target } from './targets.ts'

/** Whether a target was met; `not measured` when the run lacks one of its rows, as a quick run does. */
export type Verdict = {
  target: Target
  outcome: 'met' | 'missed' | 'not measured'
  /** The measured value for each bound: the ratio, or the value itself without a baseline. */
  found: (number | null)[]
}

/** Checks the figures of a run against the targets. */
export function judge(figures: Figure[], targets: Target[]): Verdict[] {
  return targets.map((target) => {
    const figure = figures.find(({ name }) => name === target.figure)
    const found = target.anyOf.map((bound) => (figure === undefined ? null : measured(figure, target, bound)))
    const known = found.some((value) => value !== null)
    const met = target.anyOf.some((bound, index) => holds(bound, found[index] ?? null))
    return { target, found, outcome: met ? 'met' : known ? 'missed' : 'not measured' }
  })
}

function measured(figure: Figure, target: Target, { baseline }: Bound): number | null {
  const valueOf = (values: number[] | undefined): number | null => {
    if (values === undefined || values.length === 0) return null
    return target.of === 'most' ? Math.max(...values) : median(values)
  }
  const value = valueOf(rowAt(figure, target)?.values[target.measure])
  if (value === null || baseline === null) return value
  const reference = valueOf(rowAt(figure, baseline)?.values[target.measure])
  return reference === null ? null : value / reference
}

function holds(bound: Bound, value: number | null): boolean {
  if (value === null) return false
  return 'atLeast' in bound ? value >= bound.atLeast : value <= bound.atMost
}

/** Verdicts as table cells. */
export function verdictCells(verdicts: Verdict[]): { head: string[]; rows: string[][] } {
  return {
    head: ['target', 'baseline', 'required', 'measured', ''],
    rows: verdicts.flatMap(({ target, found, outcome }) =>
      target.anyOf.map((bound, index) => [
        index === 0 ? target.what : '',
        bound.baseline === null ? '' : baselineText(target, bound.baseline),
        requiredText(bound, index),
        measuredText(bound, found[index] ?? null),
        index === 0 ? outcome : '',
      ]),
    ),
  }
}

function baselineText(target: Target, baseline: { variant: string; at: string }): string {
  return baseline.variant === target.variant ? baseline.at : baseline.variant
}

function requiredText(bound: Bound, index: number): string {
  const text = 'atLeast' in bound ? `at least ${bound.atLeast}` : `at most ${bound.atMost}`
  return `${index === 0 ? '' : 'or '}${text}${bound.baseline === null ? '' : ' ×'}`
}

function measuredText(bound: Bound, value: number | null): string {
  if (value === null) return ''
  return bound.baseline === null ? showNumber(value, 1) : `${value.toFixed(2)} ×`
}
