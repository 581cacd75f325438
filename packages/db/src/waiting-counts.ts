import type { Tx } from './database.ts'

/** By how much each waitlist of a transaction grew or shrank, by the id of the waitlist. */
export type WaitingChanges = ReadonlyMap<number, number>

const changesOf = new WeakMap<Tx, Map<number, number>>()

/**
 * Collects the changes that the writes of `tx` record. The engine writes them before the commit, once for all writes that share
 * it: else each pre-booking of a popular title would change the same row. For engines.
 */
export function collectWaitingChanges(tx: Tx): WaitingChanges {
  const changes = new Map<number, number>()
  changesOf.set(tx, changes)
  return changes
}

/** The sum of changes, in the order of the ids, so that two transactions lock the rows in the same order. For engines. */
export function sumWaitingChanges(all: Iterable<WaitingChanges>): [waitlistId: number, by: number][] {
  const sum = new Map<number, number>()
  for (const changes of all) for (const [id, by] of changes) sum.set(id, (sum.get(id) ?? 0) + by)
  return [...sum].filter(([, by]) => by !== 0).toSorted(([a], [b]) => a - b)
}

/** Records that `by` more readers wait on a waitlist; fewer if negative. It is written with the transaction. */
export function recordWaiting(tx: Tx, waitlistId: number, by: number): void {
  const changes = changesOf.get(tx)
  if (changes === undefined) throw new Error('This transaction was not begun by a store.')
  changes.set(waitlistId, (changes.get(waitlistId) ?? 0) + by)
}
