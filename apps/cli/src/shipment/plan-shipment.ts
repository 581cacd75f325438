import type { StockRow } from '@prebook/book-files'
import type { RouterOutputs } from '@prebook/client'
import type { Call } from './retrying-call.ts'
import { findTitles, type Title } from './find-titles.ts'
import { lineNote } from './line-key.ts'
import { blockedLineProblem, quantityMismatchProblem } from './line-problems.ts'
import { previewLines } from './preview-lines.ts'

type Book = RouterOutputs['books']['get']
type Movement = RouterOutputs['stock']['history']['items'][number]

/** A line of a shipment, and its planned action. */
export type PlannedLine = StockRow & {
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
  /** Copies still to be counted: those that arrived, and those that were returned. */
  copies: number
  returned: number
  /** Copies counted in an earlier run; fewer than 0 if more were returned than arrived. */
  countedBefore: number
  /** The first line that was counted with another quantity, as the server says; null if none was. */
  changedLine: number | null
  quantityAfter: number
  wouldNotify: number
  /** The newest stock movement of the book, 0 for none. Later movements belong to this run. */
  newestMovementId: number
}

/** The effect of a shipment. The `unmatched` lines have no known book. */
export type ShipmentPlan = { titles: PlannedTitle[]; unmatched: StockRow[] }

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
  lines: StockRow[],
  onProgress: (done: number) => void,
): Promise<ShipmentPlan> {
  const { titles, unmatched } = await findTitles(call, lines, onProgress)
  const planned: PlannedTitle[] = []
  for (let at = 0; at < titles.length; at += CONCURRENT_LOOKUPS) {
    const some = titles.slice(at, at + CONCURRENT_LOOKUPS)
    planned.push(...(await Promise.all(some.map((title) => planTitle(call, shipment, title)))))
  }
  await previewLines(call, shipment, planned)
  return { titles: planned.map(withSums), unmatched }
}

async function planTitle(call: Call, shipment: string, { book, lines }: Title): Promise<PlannedTitle> {
  const bookId = book.id
  const { items: movements } = await call((client, request) =>
    client.stock.history.query({ bookId, limit: HISTORY_LIMIT }, request),
  )
  return {
    book,
    lines: planLines(shipment, bookId, lines, movements),
    copies: 0,
    returned: 0,
    countedBefore: 0,
    changedLine: null,
    quantityAfter: book.stockQuantity,
    wouldNotify: 0,
    newestMovementId: movements[0]?.id ?? 0,
  }
}

function withSums(title: PlannedTitle): PlannedTitle {
  const copiesOf = (state: PlannedLine['state']) =>
    title.lines.flatMap((line) => (line.state === state ? [line.quantity ?? 0] : []))
  const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0)
  return {
    ...title,
    copies: sum(copiesOf('toCount').filter((copies) => copies > 0)),
    returned: -sum(copiesOf('toCount').filter((copies) => copies < 0)),
    countedBefore: sum(copiesOf('counted')),
  }
}

/** Whether a title has lines that are still to be counted. */
export function hasLinesToCount({ lines }: PlannedTitle): boolean {
  return lines.some(({ state }) => state === 'toCount')
}

/**
 * Decides which lines of a book are still to be counted. After a line that was counted with another quantity, the
 * remaining ones are blocked: lines of the changed file may have moved, and counting them could count copies twice.
 */
export function planLines(
  shipment: string,
  bookId: number,
  lines: StockRow[],
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
