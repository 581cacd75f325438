import { countOf } from '../terminal/count-of.ts'
import type { CountedLine } from './count-title.ts'
import type { ShipmentPlan, PlannedLine } from './plan-shipment.ts'

/** What came of a shipment, or of as much of it as was done. */
export type ShipmentTally = {
  plan: ShipmentPlan
  /** What came of the lines that were tried, by where they stand in the file. */
  results: Map<number, CountedLine>
  titlesDone: number
  /** Where the line stands that was sent and not answered; null when there is none. */
  pendingLine: number | null
}

/** A line of a shipment as `--json` tells it. */
type LineReport = {
  line: number
  isbn: string | null
  bookId: number | null
  quantity: number | null
  outcome: 'counted' | 'countedBefore' | 'nothing' | 'failed' | 'notTried'
  stockAfter: number | null
  notified: number | null
  problem: string | null
}

/** A tally of nothing yet. */
export function startShipmentTally(plan: ShipmentPlan): ShipmentTally {
  return { plan, results: new Map(), titlesDone: 0, pendingLine: null }
}

/** Every line with what came of it, in the order of the file. */
export function reportLines({ plan, results }: ShipmentTally): LineReport[] {
  const lost = plan.lost.map((line) => reportLine({ ...line, state: 'problem' }, null, line.isbn, undefined))
  const found = plan.titles.flatMap(({ book, lines }) =>
    lines.map((line) => reportLine(line, book.id, book.isbn, results.get(line.line))),
  )
  return [...lost, ...found].toSorted((a, b) => a.line - b.line)
}

const withoutResult = {
  counted: 'countedBefore',
  empty: 'nothing',
  problem: 'failed',
  toCount: 'notTried',
} as const satisfies Record<PlannedLine['state'], LineReport['outcome']>

function reportLine(
  { line, quantity, state, problem }: Omit<PlannedLine, 'turn'>,
  bookId: number | null,
  isbn: string | null,
  result: CountedLine | undefined,
): LineReport {
  const named = { line, isbn, bookId, quantity }
  const open = { stockAfter: null, notified: null }
  if (result === undefined) return { ...named, outcome: withoutResult[state], ...open, problem }
  const { outcome } = result
  if (outcome === 'failed') return { ...named, outcome, ...open, problem: result.problem }
  const { movement, broadcast } = result.change
  const stockAfter = movement?.quantityAfter ?? null
  return { ...named, outcome, stockAfter, notified: broadcast?.notified ?? 0, problem: null }
}

/** The sums: copies that were counted on this run, of how many titles, and how many readers that told. */
export function shipmentSums({ results }: ShipmentTally): {
  copies: number
  titles: number
  notified: number
} {
  const counted = [...results.values()].flatMap((result) => (result.outcome === 'counted' ? [result] : []))
  return {
    copies: counted.reduce((sum, { line }) => sum + (line.quantity ?? 0), 0),
    titles: new Set(counted.map(({ change }) => change.book.id)).size,
    notified: counted.reduce((sum, { change }) => sum + (change.broadcast?.notified ?? 0), 0),
  }
}

/** The sums in a sentence. */
export function shipmentSummary(tally: ShipmentTally): string {
  const { copies, titles, notified } = shipmentSums(tally)
  return `${copiesOfTitles(copies, titles)} counted, ${countOf(notified, 'reader')} notified.`
}

/** `5 copies of 2 titles`. */
export function copiesOfTitles(copies: number, titles: number): string {
  return `${copies} ${copies === 1 ? 'copy' : 'copies'} of ${countOf(titles, 'title')}`
}

/** Up to where a shipment came that did not come to its end, and what to do. */
export function howFarShipment({ plan, titlesDone, pendingLine }: ShipmentTally): string {
  const wanted = plan.titles.filter(({ copies }) => copies > 0).length
  const open = pendingLine === null ? [] : [`It is not known whether line ${pendingLine} is counted.`]
  const again = 'Running the same command again is safe: what is counted is not counted twice.'
  return [`Done with ${titlesDone} of ${countOf(wanted, 'title')}.`, ...open, again].join(' ')
}
