import { countOf } from '../terminal/plural.ts'
import type { CountedLine } from './count-title.ts'
import { hasLinesToCount, type PlannedLine, type ShipmentPlan } from './plan-shipment.ts'

/** The results of a shipment so far. */
export type ShipmentTally = {
  plan: ShipmentPlan
  /** The results of the attempted lines, by line number. */
  results: Map<number, CountedLine>
  titlesDone: number
  /** The line of a request without a response; null when there is none. */
  pendingLine: number | null
}

/** A line of a shipment in `--json` output. */
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

/** An empty tally. */
export function startShipmentTally(plan: ShipmentPlan): ShipmentTally {
  return { plan, results: new Map(), titlesDone: 0, pendingLine: null }
}

/** Every line with its result, in file order. */
export function reportLines({ plan, results }: ShipmentTally): LineReport[] {
  const unmatched = plan.unmatched.map((line) =>
    reportLine({ ...line, state: 'problem' }, null, line.isbn, undefined),
  )
  const found = plan.titles.flatMap(({ book, lines }) =>
    lines.map((line) => reportLine(line, book.id, book.isbn, results.get(line.line))),
  )
  return [...unmatched, ...found].toSorted((a, b) => a.line - b.line)
}

const outcomeOfState = {
  counted: 'countedBefore',
  empty: 'nothing',
  problem: 'failed',
  toCount: 'notTried',
} as const satisfies Record<PlannedLine['state'], LineReport['outcome']>

function reportLine(
  { line, quantity, state, problem }: Omit<PlannedLine, 'occurrence'>,
  bookId: number | null,
  isbn: string | null,
  result: CountedLine | undefined,
): LineReport {
  const named = { line, isbn, bookId, quantity }
  const noResult = { stockAfter: null, notified: null }
  if (result === undefined) return { ...named, outcome: outcomeOfState[state], ...noResult, problem }
  const { outcome } = result
  if (outcome === 'failed') return { ...named, outcome, ...noResult, problem: result.problem }
  const { movement, broadcast } = result.change
  const stockAfter = movement?.quantityAfter ?? null
  return { ...named, outcome, stockAfter, notified: broadcast?.notified ?? 0, problem: null }
}

/** Copies that arrived and copies that were returned, and the number of their titles. */
export type Copies = { copies: number; returned: number; titles: number }

/** The totals of this run, and the readers notified. */
export function shipmentSums({ results }: ShipmentTally): Copies & { notified: number } {
  const counted = [...results.values()].flatMap((result) => (result.outcome === 'counted' ? [result] : []))
  return {
    copies: counted.reduce((sum, { line }) => sum + Math.max(0, line.quantity ?? 0), 0),
    returned: counted.reduce((sum, { line }) => sum + Math.max(0, -(line.quantity ?? 0)), 0),
    titles: new Set(counted.map(({ change }) => change.book.id)).size,
    notified: counted.reduce((sum, { change }) => sum + (change.broadcast?.notified ?? 0), 0),
  }
}

/** The totals in a sentence. */
export function shipmentSummary(tally: ShipmentTally): string {
  const sums = shipmentSums(tally)
  return `${copiesOfTitles(sums)} counted, ${countOf(sums.notified, 'reader')} notified.`
}

/** `5 copies of 2 titles`, or `5 copies and 1 return of 2 titles`. */
export function copiesOfTitles({ copies, returned, titles }: Copies): string {
  const what = [
    ...(copies > 0 || returned === 0 ? [countOf(copies, 'copy', 'copies')] : []),
    ...(returned > 0 ? [countOf(returned, 'return')] : []),
  ]
  return `${what.join(' and ')} of ${countOf(titles, 'title')}`
}

/** How far an incomplete shipment got, and how to continue. */
export function describeInterruptedShipment({ plan, titlesDone, pendingLine }: ShipmentTally): string {
  const titlesToCount = plan.titles.filter(hasLinesToCount).length
  const unknown = pendingLine === null ? [] : [`It is unknown whether line ${pendingLine} was counted.`]
  const advice = 'It is safe to run the same command again: no line is counted twice.'
  return [`Counted ${titlesDone} of ${countOf(titlesToCount, 'title')}.`, ...unknown, advice].join(' ')
}
