import type { RouterOutputs } from '@prebook/client'
import { limits } from '@prebook/client/limits'
import type { Call } from '../shipment/retrying-call.ts'
import type { ListedLine, RefusedLine, StockList } from './read-stock-list.ts'

/** A line whose book is known, with its stock now and after. */
export type PlannedLine = {
  line: number
  bookId: number
  isbn: string | null
  title: string
  before: number
  after: number
  wouldNotify: number
}

/** What a stock list would do. `lines` has each book once, in file order. */
export type StockListPlan = { lines: PlannedLine[]; refused: RefusedLine[] }

/** The totals of a plan, in titles. */
export type StockListSums = {
  titles: number
  restocked: number
  soldOut: number
  /** All whose stock changes, restocked and sold-out ones included. */
  changed: number
  unchanged: number
  /** Titles that are in stock now. */
  inStock: number
  wouldNotify: number
}

/**
 * Compares a list with the stock, without changing anything.
 *
 * @param onProgress called with the number of lines compared
 */
export async function planStockList(
  call: Call,
  list: StockList,
  onProgress: (done: number) => void,
): Promise<StockListPlan> {
  const plan: StockListPlan = { lines: [], refused: [...list.refused] }
  const seen = new Set<number>()
  for (let at = 0; at < list.lines.length; at += limits.stockBatch.max) {
    const some = list.lines.slice(at, at + limits.stockBatch.max)
    const lines = some.map(({ book, quantity }) => ({ ...book, quantity }))
    const { outcomes } = await call((client, request) =>
      client.stock.batch.mutate({ lines, dryRun: true }, request),
    )
    for (const [index, listed] of some.entries()) addOutcome(plan, seen, listed, outcomes[index])
    onProgress(at + some.length)
  }
  const inFileOrder = (a: { line: number }, b: { line: number }) => a.line - b.line
  return { lines: plan.lines.toSorted(inFileOrder), refused: plan.refused.toSorted(inFileOrder) }
}

function addOutcome(
  plan: StockListPlan,
  seen: Set<number>,
  { line, book }: ListedLine,
  outcome: RouterOutputs['stock']['batch']['outcomes'][number] | undefined,
): void {
  if (outcome === undefined) return
  const isbn = 'isbn' in book ? book.isbn : null
  if (outcome.status === 'refused') {
    const isUnknown = outcome.code === 'BOOK_NOT_FOUND'
    const name = isbn === null ? `the ID ${'bookId' in book ? book.bookId : ''}` : `the ISBN ${isbn}`
    plan.refused.push({ line, isbn, problem: isUnknown ? `No book has ${name}.` : outcome.message })
    return
  }
  const { bookId, title, delta, quantityAfter: after, wouldNotify } = outcome
  // A line that repeats an earlier one changes nothing.
  if (seen.has(bookId)) return
  seen.add(bookId)
  const known = { line, bookId, isbn: outcome.isbn, title: title ?? '' }
  plan.lines.push({ ...known, before: after - delta, after, wouldNotify: wouldNotify ?? 0 })
}

/** The totals of a plan. */
export function sumsOf({ lines }: StockListPlan): StockListSums {
  const count = (test: (line: PlannedLine) => boolean) => lines.filter(test).length
  return {
    titles: lines.length,
    restocked: count(({ before, after }) => before === 0 && after > 0),
    soldOut: count(({ before, after }) => before > 0 && after === 0),
    changed: count(({ before, after }) => before !== after),
    unchanged: count(({ before, after }) => before === after),
    inStock: count(({ before }) => before > 0),
    wouldNotify: lines.reduce((sum, { wouldNotify }) => sum + wouldNotify, 0),
  }
}
