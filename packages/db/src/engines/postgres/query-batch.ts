import type { CompiledQuery, PostgresPoolClient, QueryResult } from 'kysely'
import { combinationKey, combine, isInsert, splitRows } from './combined-query.ts'

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
  const inserts = new Set<string>()
  for (const one of pending) {
    let key = combinationKey(one.query)
    if (key !== null && isInsert(one.query.sql)) {
      const insert = `${key} ${valuesOf(one.query)}`
      // The same row once more, of which only the server knows whether it can be there twice.
      if (inserts.has(insert)) key = null
      inserts.add(insert)
    }
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
  if (isInsert(first.query.sql)) {
    const inserted = await sendCombined(
      sender,
      group.map(({ query }) => query),
    )
    return inserted.map((rows) => ({ rows, numAffectedRows: BigInt(rows.length) }))
  }
  // In one order everywhere: queries that lock rows cannot deadlock with those of another connection.
  const distinct = [...new Map(group.map(({ query }) => [valuesOf(query), query]))].toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  )
  const selected = await sendCombined(
    sender,
    distinct.map(([, query]) => query),
  )
  const results = new Map(distinct.map(([values], index) => [values, { rows: selected[index] ?? [] }]))
  return group.map(({ query }) => results.get(valuesOf(query)) ?? { rows: [] })
}

async function sendCombined(sender: Sender, queries: readonly CompiledQuery[]): Promise<unknown[][]> {
  const { sql, parameters } = combine(queries)
  const { rows } = await sender.query<Record<string, unknown>>(sql, parameters)
  return splitRows(rows, queries.length)
}

function valuesOf({ parameters }: CompiledQuery): string {
  return JSON.stringify(parameters)
}

/** Sends one query. */
export async function send(sender: Sender, query: CompiledQuery): Promise<QueryResult<unknown>> {
  const { rows, rowCount, command } = await sender.query(query.sql, query.parameters)
  return command === 'SELECT' ? { rows } : { rows, numAffectedRows: BigInt(rowCount ?? 0) }
}
