import type { Compilable } from 'kysely'
import type { Tx } from '../database.ts'
import { preparedQuery, type Params } from './prepared-query.ts'

/** How many rows one statement inserts. Few sizes, so that there are few statements; any number of rows is a sum of them. */
const SIZES = [64, 16, 4, 1]

/**
 * An insert of any number of rows by a few statements, each built and compiled once. To build a statement for a hundred rows
 * takes as long as running it.
 *
 * @param build builds the insert from placeholders for the rows
 * @returns a function that inserts rows in their order, and returns what the statements return
 */
export function preparedInsert<Row extends Record<string, unknown>, Returned>(
  build: (tx: Tx, rows: Params<Row>[]) => Compilable<Returned>,
): (tx: Tx, rows: readonly Row[]) => Promise<Returned[]> {
  const statements = SIZES.map((size) => ({
    size,
    insert: preparedQuery((tx: Tx, params: Params<Record<string, unknown>>) =>
      build(
        tx,
        Array.from({ length: size }, (_, index) => paramsOfRow<Row>(params, index)),
      ),
    ),
  }))
  return async (tx, rows) => {
    const returned: Returned[] = []
    let done = 0
    for (const { size, insert } of statements) {
      for (; rows.length - done >= size; done += size)
        returned.push(...(await insert(tx, valuesOf(rows.slice(done, done + size)))))
    }
    return returned
  }
}

const nameOf = (index: number, column: string) => `${index}.${column}`

function paramsOfRow<Row>(params: Params<Record<string, unknown>>, index: number): Params<Row> {
  return new Proxy({} as Params<Row>, { get: (_, column) => params[nameOf(index, String(column))] })
}

function valuesOf(rows: readonly Record<string, unknown>[]): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const [index, row] of rows.entries())
    for (const column of Object.keys(row)) values[nameOf(index, column)] = row[column]
  return values
}
