import type { CompiledQuery, PostgresPoolClient, QueryResult } from 'kysely'
import { combinationKey, combine, splitRows } from './combined-query.ts'

type Sender = Pick<PostgresPoolClient, 'query'>

/** A query that waits for its result. */
export type PendingQuery = {
  query: CompiledQuery
  resolve: (result: QueryResult<unknown>) => void
  reject: (error: unknown) => void
}

/** A query with the promise of its result. */
export function pendingQuery(query: CompiledQuery): {
  pending: PendingQuery
  result: Promise<QueryResult<unknown>>
} {
  const { promise, resolve, reject } = Promise.withResolvers<QueryResult<unknown>>()
  return { pending: { query, resolve, reject }, result: promise }
}

/** Groups queries that can run as one statement. Others are groups of one. */
export function combinable(pending: readonly PendingQuery[]): PendingQuery[][] {
  const groups: PendingQuery[][] = []
  const byKey = new Map<string, PendingQuery[]>()
  for (const one of pending) {
    const key = combinationKey(one.query)
    const known = key === null ? undefined : byKey.get(key)
    if (known !== undefined) {
      known.push(one)
      continue
    }
    const group = [one]
    groups.push(group)
    if (key !== null) byKey.set(key, group)
  }
  return groups
}

/**
 * Sends one query, or several as one statement, and settles them.
 *
 * @param onError what is done after an error instead of rejecting all of them
 */
export async function sendGroup(
  sender: Sender,
  group: readonly PendingQuery[],
  onError: (error: unknown) => void | Promise<void> = (error) => rejectAll(group, error),
): Promise<void> {
  try {
    const results = await resultsOf(sender, group)
    for (const [index, { resolve }] of group.entries()) resolve(results[index] ?? { rows: [] })
  } catch (error) {
    await onError(error)
  }
}

/** Rejects each query with the same error. */
export function rejectAll(group: readonly PendingQuery[], error: unknown): void {
  for (const { reject } of group) reject(error)
}

async function resultsOf(sender: Sender, group: readonly PendingQuery[]): Promise<QueryResult<unknown>[]> {
  const [first] = group
  if (first === undefined) return []
  if (group.length === 1) return [await send(sender, first.query)]
  // In one order everywhere: queries that lock rows cannot deadlock with those of another connection.
  const distinct = [...new Map(group.map(({ query }) => [valuesOf(query), query]))].toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  )
  const combined = combine(distinct.map(([, query]) => query))
  const { rows } = await sender.query<Record<string, unknown>>(combined.sql, combined.parameters)
  const split = splitRows(rows, distinct.length)
  const results = new Map(distinct.map(([values], index) => [values, { rows: split[index] ?? [] }]))
  return group.map(({ query }) => results.get(valuesOf(query)) ?? { rows: [] })
}

function valuesOf({ parameters }: CompiledQuery): string {
  return JSON.stringify(parameters)
}

/** Sends one query. */
export async function send(sender: Sender, query: CompiledQuery): Promise<QueryResult<unknown>> {
  const { rows, rowCount, command } = await sender.query(query.sql, query.parameters)
  return command === 'SELECT' ? { rows } : { rows, numAffectedRows: BigInt(rowCount ?? 0) }
}
