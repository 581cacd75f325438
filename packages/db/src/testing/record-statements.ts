import type { Kysely, KyselyPlugin } from 'kysely'
import type { Database, Reader, Tx } from '../database.ts'
import type { EventFor, Store } from '../store.ts'

/** Records the statements of a store as they are sent, without their values, until it is disposed of. */
export function recordStatements(store: Store): Disposable & { statements: string[] } {
  const statements: string[] = []
  const [read, write] = [store.read.bind(store), store.write.bind(store)]
  const pluginOf = (reader: Reader): KyselyPlugin => ({
    transformQuery({ node, queryId }) {
      statements.push(reader.getExecutor().compileQuery(node, queryId).sql)
      return node
    },
    // A prepared statement is not built again, and is only seen here.
    async transformResult({ result }) {
      statements.push('(result)')
      return result
    },
  })
  store.read = (work) => read((reader) => work((reader as Kysely<Database>).withPlugin(pluginOf(reader))))
  store.write = <T>(work: (tx: Tx) => Promise<T>, eventFor?: EventFor<T>) =>
    write((tx) => work(tx.withPlugin(pluginOf(tx))), eventFor)
  return {
    statements,
    [Symbol.dispose]: () => void Object.assign(store, { read, write }),
  }
}
