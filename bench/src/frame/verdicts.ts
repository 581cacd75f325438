import { showNumber } from './figure-cells.ts'
import { rowAt, type Figure } from './record.ts'
import { median } from './statistics.ts'
import type { Bound, Target } from './targets.ts'

/** Whether a target was reached; `not measured` when the run lacks one of its rows, a quick run for example. */
export type Verdict = {
  target: Target
  outcome: 'reached' | 'missed' | 'not measured'
  /** What was found for each bound: the ratio, or the value itself where the bound is a number. */
  found: (number | null)[]
}

/** Holds the figures of a run against the targets. */
export function judge(figures: Figure[], targets: Target[]): Verdict[] {
  return targets.map((target) => {
    const figure = figures.find(({ name }) => name === target.figure)
    const found = target.anyOf.map((bound) => (figure === undefined ? null : measured(figure, target, bound)))
    const known = found.some((value) => value !== null)
    const reached = target.anyOf.some((bound, index) => holds(bound, found[index] ?? null))
    return { target, found, outcome: reached ? 'reached' : known ? 'missed' : 'not measured' }
  })
}

function measured(figure: Figure, target: Target, { beside }: Bound): number | null {
  const valueOf = (values: number[] | undefined): number | null => {
    if (values === undefined || values.length === 0) return null
    return target.of === 'most' ? Math.max(...values) : median(values)
  }
  const value = valueOf(rowAt(figure, target)?.values[target.measure])
  if (value === null || beside === null) return value
  const floor = valueOf(rowAt(figure, beside)?.values[target.measure])
  return floor === null ? null : value / floor
}

function holds(bound: Bound, value: number | null): boolean {
  if (value === null) return false
  return 'atLeast' in bound ? value >= bound.atLeast : value <= bound.atMost
}

/** Verdicts as the cells of a table. */
export function verdictCells(verdicts: Verdict[]): { head: string[]; rows: string[][] } {
  return {
    head: ['what', 'beside', 'wanted', 'found', ''],
    rows: verdicts.flatMap(({ target, found, outcome }) =>
      target.anyOf.map((bound, index) => [
        index === 0 ? target.what : '',
        bound.beside === null ? '' : besideWords(target, bound.beside),
        wantedWords(bound, index),
        foundWords(bound, found[index] ?? null),
        index === 0 ? outcome : '',
      ]),
    ),
  }
}

function besideWords(target: Target, beside: { way: string; at: string }): string {
  return beside.way === target.way ? beside.at : beside.way
}

function wantedWords(bound: Bound, index: number): string {
  const words = 'atLeast' in bound ? `at least ${bound.atLeast}` : `at most ${bound.atMost}`
  return `${index === 0 ? '' : 'or '}${words}${bound.beside === null ? '' : ' ×'}`
}

function foundWords(bound: Bound, value: number | null): string {
  if (value === null) return ''
  return bound.beside === null ? showNumber(value, 1) : `${value.toFixed(2)} ×`
}
