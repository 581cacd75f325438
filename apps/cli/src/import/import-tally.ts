import type { RouterOutputs } from '@prebook/client'
import { countOf } from '../terminal/plural.ts'

/** The result of a row, from the API. */
export type Outcome = RouterOutputs['books']['import']['outcomes'][number]

/** The state of an import. */
export type ImportTally = Record<Outcome['outcome'], number> & {
  rows: number
  /** Titles that were withdrawn, and the readers whose pre-bookings that cancelled. */
  withdrawn: number
  cancelled: number
  /** Rows that were imported after cells of them were mended, and rows that have no book to import. */
  repaired: number
  leftOut: number
  /** Rows of books that keep another stock than the file has. */
  stockKept: number
  /** The last line that is fully processed; 0 before the first response. */
  lastLine: number
  /** The lines of a request without a response; null when there is none. */
  pending: { from: number; to: number } | null
}

/** An empty tally. */
export function startTally(): ImportTally {
  return {
    created: 0,
    updated: 0,
    unchanged: 0,
    invalid: 0,
    rows: 0,
    withdrawn: 0,
    cancelled: 0,
    repaired: 0,
    leftOut: 0,
    stockKept: 0,
    lastLine: 0,
    pending: null,
  }
}

/** The totals in a few sentences. */
export function summary(tally: ImportTally, dryRun: boolean): string {
  const { rows, created, updated, unchanged, invalid, withdrawn, cancelled } = tally
  const { repaired, leftOut, stockKept } = tally
  const counts = `${created} created, ${updated} updated, ${unchanged} unchanged, ${invalid} invalid`
  const also = [
    withdrawn > 0 && `${countOf(withdrawn, 'title')} withdrawn, ${countOf(cancelled, 'reader')} told.`,
    leftOut > 0 && `${countOf(leftOut, 'row')} left out.`,
    repaired > 0 && `${countOf(repaired, 'row')} repaired.`,
    stockKept > 0 &&
      `${countOf(stockKept, 'known book')} kept another stock than the file has. Use prebook stock import to set it.`,
    dryRun && 'Dry run: nothing was changed.',
  ].filter((sentence) => sentence !== false)
  return [`${countOf(rows, 'row')}: ${counts}.`, ...also].join(' ')
}

/** How far an incomplete import got, and how to continue. */
export function describeInterruptedImport({ lastLine, pending }: ImportTally, dryRun: boolean): string {
  if (dryRun) return 'Dry run: nothing was changed.'
  const done = lastLine === 0 ? 'No rows were imported.' : `All rows up to line ${lastLine} were imported.`
  const unknown =
    pending === null ? [] : [`It is unknown whether lines ${pending.from} to ${pending.to} were.`]
  const advice =
    'It is safe to run the same command again: rows are matched by ISBN, so no book is added twice.'
  return [done, ...unknown, advice].join(' ')
}
