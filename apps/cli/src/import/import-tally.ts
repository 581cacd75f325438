import type { RouterOutputs } from '@prebook/client'

/** What the API says of a row. */
export type Outcome = RouterOutputs['books']['import']['outcomes'][number]

/** How far an import is. */
export type ImportTally = Record<Outcome['outcome'], number> & {
  rows: number
  /** The line up to which everything is answered; 0 before the first answer. */
  lastLine: number
  /** The lines of a call that was sent and not answered; null when there is none. */
  pending: { from: number; to: number } | null
}

/** A tally of nothing yet. */
export function startTally(): ImportTally {
  return { created: 0, updated: 0, unchanged: 0, invalid: 0, rows: 0, lastLine: 0, pending: null }
}

/** What came of the rows, in a sentence. */
export function summary(
  { rows, created, updated, unchanged, invalid }: ImportTally,
  dryRun: boolean,
): string {
  const counts = `${created} created, ${updated} updated, ${unchanged} unchanged, ${invalid} invalid`
  const words = `${rows} ${rows === 1 ? 'row' : 'rows'}: ${counts}.`
  return dryRun ? `${words} This was a dry run: nothing was changed.` : words
}

/** Up to where an import came that did not come to its end, and what to do. */
export function howFar({ lastLine, pending }: ImportTally, dryRun: boolean): string {
  if (dryRun) return 'Nothing was changed: this was a dry run.'
  const done = lastLine === 0 ? 'No row is imported yet.' : `Everything up to line ${lastLine} is imported.`
  const open = pending === null ? [] : [`It is not known whether lines ${pending.from} to ${pending.to} are.`]
  const again = 'Running the same command again is safe: the ISBN decides, so no book is added twice.'
  return [done, ...open, again].join(' ')
}
