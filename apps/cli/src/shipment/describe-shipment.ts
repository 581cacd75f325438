import type { StockRow } from '@prebook/book-files'
import { countOf } from '../terminal/plural.ts'
import { printWarning, printSentence, printTable, printInfo } from '../terminal/output.ts'
import { plain, plainText } from '../terminal/plain-text.ts'
import type { Column } from '../terminal/table.ts'
import type { CountedLine } from './count-title.ts'
import { copiesOfTitles, type Copies } from './shipment-tally.ts'
import { hasLinesToCount, type PlannedTitle, type ShipmentPlan } from './plan-shipment.ts'

/** Prints a plan: a row for each title, then the lines that cannot be counted, then the totals. */
export function printPlan(plan: ShipmentPlan): void {
  const shown = plan.titles.filter((title) => hasLinesToCount(title) || title.countedBefore !== 0)
  if (shown.length > 0) printTitles(shown)
  for (const { line, repairs } of linesOf(plan))
    for (const { from, to, why } of repairs) printInfo(`Line ${line}: “${from}” is read as ${to}: ${why}.`)
  for (const { line, problem } of problemsOf(plan)) printWarning(`Line ${line}: ${problem}`)
  const sums = planSums(plan)
  const before = plan.titles.reduce((sum, { countedBefore }) => sum + countedBefore, 0)
  const notifies = sums.wouldNotify === 0 ? 'no readers' : countOf(sums.wouldNotify, 'waiting reader')
  const toCount =
    sums.titles === 0 ? 'Nothing to count.' : `To count: ${copiesOfTitles(sums)}; notifies ${notifies}.`
  printInfo(before === 0 ? toCount : `${toCount} Already counted: ${countOf(before, 'copy', 'copies')}.`)
}

/** The totals of a plan: what is still to be counted. */
export function planSums({ titles }: ShipmentPlan): Copies & { wouldNotify: number } {
  return {
    copies: titles.reduce((sum, { copies }) => sum + copies, 0),
    returned: titles.reduce((sum, { returned }) => sum + returned, 0),
    titles: titles.filter(hasLinesToCount).length,
    wouldNotify: titles.reduce((sum, title) => sum + title.wouldNotify, 0),
  }
}

/** The lines that cannot be counted, in file order. */
export function problemsOf(plan: ShipmentPlan): { line: number; problem: string }[] {
  return linesOf(plan).flatMap(({ line, problem }) => (problem === null ? [] : [{ line, problem }]))
}

function linesOf({ titles, unmatched }: ShipmentPlan): StockRow[] {
  return [...unmatched, ...titles.flatMap(({ lines }) => lines)].toSorted((a, b) => a.line - b.line)
}

function printTitles(titles: PlannedTitle[]): void {
  const columns: Column[] = [
    { header: 'ID', align: 'right', dropOrder: 2 },
    { header: 'Title', minWidth: 12 },
    { header: 'Author', minWidth: 8, dropOrder: 3 },
    { header: 'Arrived', align: 'right' },
    { header: 'Stock', align: 'right' },
    { header: 'Notifies', align: 'right' },
  ]
  const anyBefore = titles.some(({ countedBefore }) => countedBefore !== 0)
  if (anyBefore) columns.push({ header: 'Already counted', align: 'right', dropOrder: 1 })
  const rows = titles.map((title) => [
    String(title.book.id),
    title.book.title,
    title.book.author,
    arrived(title),
    hasLinesToCount(title)
      ? `${title.book.stockQuantity} → ${title.quantityAfter}`
      : String(title.book.stockQuantity),
    title.wouldNotify === 0 ? '' : String(title.wouldNotify),
    title.countedBefore === 0 ? '' : String(title.countedBefore),
  ])
  printTable(columns, rows)
}

/** `+5`, `-2` for a return, or both. */
function arrived({ copies, returned }: PlannedTitle): string {
  return [copies > 0 ? [`+${copies}`] : [], returned > 0 ? [`-${returned}`] : []].flat().join(', ')
}

/** Prints the result of a title, after a warning for each of its failed lines. */
export function printTitle({ book }: PlannedTitle, results: CountedLine[]): void {
  for (const result of results)
    if (result.outcome === 'failed') printWarning(`Line ${result.line.line}: ${result.problem}`)
  const name = plain`${book.title} (#${book.id})`
  const counted = results.flatMap((result) => (result.outcome === 'counted' ? [result] : []))
  const [first, last] = [counted[0]?.change.movement, counted.at(-1)?.change.movement]
  if (first == null || last == null) {
    const before = results.some(({ outcome }) => outcome === 'countedBefore')
    return printSentence(before ? `${name}: already counted.` : `${name}: not counted.`)
  }
  const copies = counted.reduce((sum, { line }) => sum + (line.quantity ?? 0), 0)
  const notified = counted.reduce((sum, { change }) => sum + (change.broadcast?.notified ?? 0), 0)
  const notifiedReaders = notified === 0 ? '' : `, ${plainText(countOf(notified, 'reader'))} notified`
  printSentence(
    plain`${name}: ${copies < 0 ? '' : '+'}${copies}, stock ${first.quantityAfter - first.delta} → ${last.quantityAfter}` +
      `${notifiedReaders}.`,
  )
}
