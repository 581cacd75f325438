import { rowAt, type Figure, type FigureKey } from './record.ts'
import { spread, type Spread } from './statistics.ts'

/** One measure of one row in two runs. */
export type Movement = FigureKey & {
  figure: string
  measure: string
  before: Spread
  after: Spread
  /** The median now beside the median then. */
  ratio: number
  /** `same` unless the two runs' quartiles lie apart: a median that moves within the spread says nothing. */
  verdict: 'better' | 'worse' | 'same'
}

/** What moved from one run to another, of everything that both measured. */
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
        const { way, at } = row
        const ratio = to.median / from.median
        return [{ figure: figure.name, way, at, measure, before: from, after: to, ratio, verdict }]
      }),
    )
  })
}

/** Movements as the cells of a table: what moved, or everything. */
export function movementCells(movements: Movement[]): { head: string[]; rows: string[][] } {
  const show = ({ median, low, high }: Spread) => `${short(median)} (${short(low)}–${short(high)})`
  return {
    head: ['figure', 'way', 'at', 'measure', 'before', 'now', 'ratio', ''],
    rows: movements.map((movement) => [
      movement.figure,
      movement.way,
      movement.at,
      movement.measure,
      show(movement.before),
      show(movement.after),
      `${movement.ratio.toFixed(2)} ×`,
      movement.verdict,
    ]),
  }
}

/** Three significant digits suffice to see what moved. */
function short(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en')
}
