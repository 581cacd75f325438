import { isPrebookError, type RouterOutputs } from '@prebook/client'
import type { Call } from './retrying-call.ts'
import { findTitles, type Title } from './find-titles.ts'
import { lineNote } from './line-key.ts'
import type { ShipmentLine } from './read-shipment.ts'

type Book = RouterOutputs['books']['get']
type Movement = RouterOutputs['stock']['history']['items'][number]

/** A line of a shipment, and its planned action. */
export type PlannedLine = ShipmentLine & {
  /** Its position among the lines of its book, from 1. */
  occurrence: number
  /** An `empty` line has no copies. A `problem` line states why in `problem`. */
  state: 'toCount' | 'counted' | 'empty' | 'problem'
}

/** The effect of a shipment on one book. */
export type PlannedTitle = {
  /** The book in its current state. */
  book: Book
  lines: PlannedLine[]
  /** Copies still to be counted, and copies counted in an earlier run. */
  copies: number
  countedBefore: number
  quantityAfter: number
  wouldNotify: number
  /** The newest stock movement of the book, 0 for none. Later movements belong to this run. */
  newestMovementId: number
}

/** The effect of a shipment. The `unmatched` lines have no known book. */
export type ShipmentPlan = { titles: PlannedTitle[]; unmatched: ShipmentLine[] }

/** The number of titles looked up at a time, and of movements read for each: one page. */
const CONCURRENT_LOOKUPS = 10
const HISTORY_LIMIT = 100

/**
 * Computes the effect of a shipment without any change. Lines that any admin counted under the same shipment, according
 * to the stock history, are not counted again.
 */
export async function planShipment(
  call: Call,
  shipment: string,
  lines: ShipmentLine[],
  onProgress: (done: number) => void,
): Promise<ShipmentPlan> {
  const { titles, unmatched } = await findTitles(call, lines, onProgress)
  const planned: PlannedTitle[] = []
  for (let at = 0; at < titles.length; at += CONCURRENT_LOOKUPS) {
    const some = titles.slice(at, at + CONCURRENT_LOOKUPS)
    planned.push(...(await Promise.all(some.map((title) => planTitle(call, shipment, title)))))
  }
  return { titles: planned, unmatched }
}

async function planTitle(call: Call, shipment: string, { book, lines }: Title): Promise<PlannedTitle> {
  const bookId = book.id
  const { items: movements } = await call((client, request) =>
    client.stock.history.query({ bookId, limit: HISTORY_LIMIT }, request),
  )
  const title: PlannedTitle = {
    book,
    lines: planLines(shipment, bookId, lines, movements),
    copies: 0,
    countedBefore: 0,
    quantityAfter: book.stockQuantity,
    wouldNotify: 0,
    newestMovementId: movements[0]?.id ?? 0,
  }
  title.copies = copiesOf(title.lines, 'toCount')
  title.countedBefore = copiesOf(title.lines, 'counted')
  if (title.copies === 0) return title
  try {
    const preview = await call((client, request) =>
      client.stock.preview.query({ bookId, delta: title.copies }, request),
    )
    return { ...title, ...preview }
  } catch (error) {
    if (!isPrebookError(error, 'VALIDATION_ERROR')) throw error
    const refuse = (line: PlannedLine): PlannedLine =>
      line.state === 'toCount' ? { ...line, state: 'problem', problem: error.message } : line
    return { ...title, lines: title.lines.map(refuse), copies: 0 }
  }
}

/**
 * Decides which lines of a book are still to be counted. After a line that was counted with another quantity, the
 * remaining ones are blocked: lines of the changed file may have moved, and counting them could count copies twice.
 */
export function planLines(
  shipment: string,
  bookId: number,
  lines: ShipmentLine[],
  movements: Pick<Movement, 'note' | 'delta'>[],
): PlannedLine[] {
  let changed: number | null = null
  return lines.map((line, index): PlannedLine => {
    const occurrence = index + 1
    if (line.problem !== null || line.quantity === null) return { ...line, occurrence, state: 'problem' }
    if (line.quantity === 0) return { ...line, occurrence, state: 'empty' }
    const before = movements.find(({ note }) => note === lineNote(shipment, occurrence))
    if (before?.delta === line.quantity) return { ...line, occurrence, state: 'counted' }
    if (before !== undefined) {
      changed ??= line.line
      const problem = quantityMismatchProblem(bookId, { counted: before.delta, now: line.quantity })
      return { ...line, occurrence, state: 'problem', problem }
    }
    if (changed !== null)
      return { ...line, occurrence, state: 'problem', problem: blockedLineProblem(bookId, changed) }
    return { ...line, occurrence, state: 'toCount' }
  })
}

/** The problem of a line that was counted with another quantity, and its remedy. */
export function quantityMismatchProblem(
  bookId: number,
  quantities: { counted: number; now: number } | null,
): string {
  const difference = quantities === null ? null : quantities.now - quantities.counted
  const how =
    quantities === null
      ? 'with another quantity'
      : `with quantity ${quantities.counted}, not ${quantities.now}`
  const check = difference === null ? `check \`prebook stock history ${bookId}\`, then run ` : 'run '
  return (
    `Already counted in this shipment ${how}. To correct the stock, ` +
    `${check}\`prebook restock ${bookId} --by ${difference ?? '<difference>'}\`.`
  )
}

/** The problem of a line that follows such a line. */
export function blockedLineProblem(bookId: number, line: number): string {
  return (
    `Not counted: line ${line} of the same book was counted with another quantity, so this line may already be counted. ` +
    `Check \`prebook stock history ${bookId}\` and correct the stock with \`prebook restock ${bookId} --by <n>\`.`
  )
}

function copiesOf(lines: PlannedLine[], state: PlannedLine['state']): number {
  return lines.reduce((sum, line) => sum + (line.state === state ? (line.quantity ?? 0) : 0), 0)
}
