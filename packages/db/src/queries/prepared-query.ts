import { ValueNode, type Compilable, type CompiledQuery, type DialectAdapter, type Expression } from 'kysely'
import type { Reader } from '../database.ts'

/** Where a value will stand in a query that is compiled before there is one. */
export type Params<Values> = { readonly [Name in keyof Values]: Expression<Values[Name]> }

/**
 * A query that is built and compiled once, at its first run, and from then on only gets its values: building and
 * compiling a query of two tables takes several times as long as running it. Meant for what nearly every request runs.
 *
 * @param build makes the query of the slots. It runs once, so it cannot look at a value
 * @returns the query, to be run on any connection: the rows that it gives
 * @example
 * const byId = preparedQuery((reader: Reader, slots: Params<{ id: number }>) =>
 *   reader.selectFrom('books').selectAll().where('id', '=', slots.id))
 * const rows = await byId(reader, { id: 7 })
 */
export function preparedQuery<Values extends Record<string, unknown>, Connection extends Reader, Row>(
  build: (connection: Connection, slots: Params<Values>) => Compilable<Row>,
): (connection: Connection, values: Values) => Promise<Row[]> {
  // The words of one engine are not those of another; an engine shows by its adapter.
  const compiled = new WeakMap<DialectAdapter, CompiledQuery<Row>>()
  return async (connection, values) => {
    const executor = connection.getExecutor()
    let query = compiled.get(executor.adapter)
    if (query === undefined) {
      query = build(connection, paramsOf<Values>()).compile()
      compiled.set(executor.adapter, query)
    }
    const parameters = query.parameters.map((parameter) =>
      parameter instanceof Param ? values[parameter.name] : parameter,
    )
    const { rows } = await executor.executeQuery<Row>({ ...query, parameters })
    return rows
  }
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
