import type { RouterOutputs } from '@prebook/client'
import { countOf } from '../terminal/plural.ts'

/** The result of a line, from the API. */
export type Outcome = RouterOutputs['stock']['batch']['outcomes'][number]

/** The state of a batch. */
export type BatchTally = Record<Outcome['status'], number> & {
  lines: number
  notified: number
  /** Whether a request has no response, so that its outcome is unknown. */
  pending: boolean
}

/** An empty tally. */
export function startTally(): BatchTally {
  return { changed: 0, unchanged: 0, refused: 0, lines: 0, notified: 0, pending: false }
}

/** Counts the result of a line; null when it was not sent. */
export function count(tally: BatchTally, outcome: Outcome | null): void {
  tally.lines += 1
  tally[outcome?.status ?? 'refused'] += 1
  if (outcome !== null && outcome.status !== 'refused') tally.notified += outcome.broadcast?.notified ?? 0
}

/** The totals in a sentence. */
export function summary({ lines, changed, unchanged, refused, notified }: BatchTally): string {
  const counts = `${changed} changed, ${unchanged} unchanged, ${refused} refused`
  return `${countOf(lines, 'line')}: ${counts}. ${countOf(notified, 'reader')} notified.`
}

/** How far an incomplete batch got, and how to continue. */
export function describeInterruptedBatch({ lines, pending }: BatchTally, key: string): string {
  const done = lines === 0 ? 'No line was applied.' : `The first ${countOf(lines, 'line')} were processed.`
  const unknown = pending ? ['It is unknown whether some of the next ones were.'] : []
  return [done, ...unknown, safeToRepeat(key)].join(' ')
}

/** Why the command can be run again. */
export function safeToRepeat(key: string): string {
  return `Run the same command with --key ${key}: no line is applied twice.`
}
