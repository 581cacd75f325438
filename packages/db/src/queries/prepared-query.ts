import { ValueNode, type Compilable, type CompiledQuery, type DialectAdapter, type Expression } from 'kysely'
import type { Reader } from '../database.ts'

/** Placeholders for the values of a query that is compiled before they are known. */
export type Params<Values> = { readonly [Name in keyof Values]: Expression<Values[Name]> }

/**
 * A query that is built and compiled once, on its first run. Building and compiling a query of two tables takes several
 * times as long as running it, so use this for queries of nearly every request. Such a query must read few rows, through an
 * index: PostgreSQL may run it together with those of other requests.
 *
 * @param build builds the query from placeholders. It runs once, so it cannot depend on a value
 * @returns a function that runs the query on any connection and returns its rows
 * @example
 * const byId = preparedQuery((reader: Reader, params: Params<{ id: number }>) =>
 *   reader.selectFrom('books').selectAll().where('id', '=', params.id))
 * const rows = await byId(reader, { id: 7 })
 */
export function preparedQuery<Values extends Record<string, unknown>, Connection extends Reader, Row>(
  build: (connection: Connection, params: Params<Values>) => Compilable<Row>,
): (connection: Connection, values: Values) => Promise<Row[]> {
  // Each engine has its own SQL. The adapter identifies the engine.
  const compiled = new WeakMap<DialectAdapter, CompiledQuery<Row>>()
  return async (connection, values) => {
    const executor = connection.getExecutor()
    let query = compiled.get(executor.adapter)
    if (query === undefined) {
      query = build(connection, paramsOf<Values>()).compile()
      compiled.set(executor.adapter, query)
      prepared.add(query.query)
    }
    const parameters = query.parameters.map((parameter) =>
      parameter instanceof Param ? values[parameter.name] : parameter,
    )
    const { rows } = await executor.executeQuery<Row>({ ...query, parameters })
    return rows
  }
}

const prepared = new WeakSet<CompiledQuery['query']>()

/** Whether a query comes from {@link preparedQuery}: it is frequent, and reads few rows through an index. For engines. */
export function isPrepared({ query }: CompiledQuery): boolean {
  return prepared.has(query)
}

class Param implements Expression<never> {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }

  get expressionType(): undefined {
    return undefined
  }

  toOperationNode(): ValueNode {
    return ValueNode.create(this)
  }
}

function paramsOf<Values>(): Params<Values> {
  return new Proxy({} as Params<Values>, { get: (_, name) => new Param(String(name)) })
}
