import { rowAt, type Figure, type FigureKey } from './record.ts'
import { spread, type Spread } from './statistics.ts'

/** One measure of one row in two runs. */
export type Movement = FigureKey & {
  figure: string
  measure: string
  before: Spread
  after: Spread
  /** The new median divided by the old one. */
  ratio: number
  /** `same` unless the interquartile ranges are disjoint: a median that moves within the spread is noise. */
  verdict: 'better' | 'worse' | 'same'
}

/** Compares every value that both runs have. */
export function compareRuns(before: Figure[], after: Figure[]): Movement[] {
  return after.flatMap((figure) => {
    const earlier = before.find(({ name }) => name === figure.name)
    if (earlier === undefined) return []
    return figure.rows.flatMap((row) =>
      figure.measures.flatMap(({ name: measure, better }): Movement[] => {
        const [then, now] = [rowAt(earlier, row)?.values[measure], row.values[measure]]
        if (then === undefined || now === undefined) return []
        const [from, to] = [spread(then), spread(now)]
        const risen = to.low > from.high
        const fallen = to.high < from.low
        const verdict = !risen && !fallen ? 'same' : risen === (better === 'more') ? 'better' : 'worse'
        const { variant, at } = row
        const ratio = to.median / from.median
        return [{ figure: figure.name, variant, at, measure, before: from, after: to, ratio, verdict }]
      }),
    )
  })
}

/** Movements as table cells. */
export function movementCells(movements: Movement[]): { head: string[]; rows: string[][] } {
  const show = ({ median, low, high }: Spread) => `${short(median)} (${short(low)}–${short(high)})`
  return {
    head: ['figure', 'variant', 'at', 'measure', 'before', 'after', 'ratio', ''],
    rows: movements.map((movement) => [
      movement.figure,
      movement.variant,
      movement.at,
      movement.measure,
      show(movement.before),
      show(movement.after),
      `${movement.ratio.toFixed(2)} ×`,
      movement.verdict,
    ]),
  }
}

/** Three significant digits. */
function short(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en')
}
