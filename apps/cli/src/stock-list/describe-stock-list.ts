import { remarks } from '../files/describe-table.ts'
import { countOf } from '../terminal/plural.ts'
import { printInfo, printTable, printWarning } from '../terminal/output.ts'
import type { PlannedLine, StockListPlan, StockListSums } from './plan-stock-list.ts'
import type { StockList } from './read-stock-list.ts'

/** The most titles that the preview shows, and lines that it names. A report has all. */
const MOST_SHOWN = 20
const MOST_NAMED = 50

/** Prints how the list is read, which column gives the stock, and what was mended. */
export function printReading({ table, repairs }: StockList): void {
  for (const remark of remarks(table)) printInfo(remark)
  const header = table.columns.get('quantity')?.header
  if (header !== undefined) printInfo(`“${header}” is the stock.`)
  for (const { line, from, to, why } of repairs.slice(0, MOST_NAMED))
    printInfo(`Line ${line}: “${from}” is read as ${to}: ${why}.`)
  if (repairs.length > MOST_NAMED) printInfo(`… and ${repairs.length - MOST_NAMED} more like these.`)
}

/** Prints a plan: the titles that change, the lines that are refused, and the totals. */
export function printPlan(plan: StockListPlan, sums: StockListSums): void {
  const changed = plan.lines.filter(({ before, after }) => before !== after).toSorted(byWeight)
  if (changed.length > 0) printTitles(changed.slice(0, MOST_SHOWN))
  if (changed.length > MOST_SHOWN) printInfo(`… and ${countOf(changed.length - MOST_SHOWN, 'more title')}.`)
  for (const { line, problem } of plan.refused.slice(0, MOST_NAMED)) printWarning(`Line ${line}: ${problem}`)
  const more = plan.refused.length - MOST_NAMED
  if (more > 0)
    printWarning(`… and ${countOf(more, 'more refused line')}: --report or --json names them all.`)
  printInfo(describeSums(sums, plan.refused.length))
}

/** The totals in a sentence. */
export function describeSums(sums: StockListSums, refused: number): string {
  const { titles, restocked, soldOut, changed, unchanged, wouldNotify } = sums
  const readers = wouldNotify === 0 ? '' : ` (notifies ${countOf(wouldNotify, 'reader')})`
  const other = changed - restocked - soldOut
  return (
    `${countOf(titles, 'title')}: ${restocked} back in stock${readers}, ${soldOut} sold out, ${other} changed, ${unchanged} unchanged. ` +
    `${countOf(refused, 'line')} refused.`
  )
}

/** Restocks first, those with the most readers before others, then what sells out. */
function byWeight(a: PlannedLine, b: PlannedLine): number {
  const weight = ({ before, after }: PlannedLine) => (before === 0 ? 2 : after === 0 ? 1 : 0)
  return weight(b) - weight(a) || b.wouldNotify - a.wouldNotify || a.line - b.line
}

function printTitles(lines: PlannedLine[]): void {
  printTable(
    [
      { header: 'ID', align: 'right', dropOrder: 1 },
      { header: 'Title', minWidth: 12 },
      { header: 'Stock', align: 'right' },
      { header: 'Notifies', align: 'right' },
    ],
    lines.map(({ bookId, title, before, after, wouldNotify }) => [
      String(bookId),
      title,
      `${before} → ${after}`,
      wouldNotify === 0 ? '' : String(wouldNotify),
    ]),
  )
}
