import {
  DefaultQueryExecutor,
  Kysely,
  type CompiledQuery,
  type Dialect,
  type PostgresPool,
  type QueryResult,
} from 'kysely'
import type { Database } from '../../database.ts'
import { isPrepared } from '../../queries/prepared-query.ts'
import { combinationKey } from './combined-query.ts'
import { isOfOneRequest } from './postgres-errors.ts'
import { pendingQuery, rejectAll, sendGroup, type PendingQuery } from './query-batch.ts'

/** The most queries in one statement. */
const MOST_QUERIES = 250

/** The statements of one text that run at once. More would only make each smaller. */
const MOST_RUNNING = 2

/** Queries of one text: those that wait, and how many statements with others are running. */
type Line = { waiting: PendingQuery[]; running: number; scheduled: boolean }

/**
 * Runs the prepared queries that arrive in one turn of the event loop, or while others of the same text are running, as one
 * statement. The look-ups of a busy moment then cost one round trip together.
 */
class BatchedReads {
  readonly #pool: PostgresPool
  readonly #lines = new Map<string, Line>()

  constructor(pool: PostgresPool) {
    this.#pool = pool
  }

  async run(key: string, query: CompiledQuery): Promise<QueryResult<unknown>> {
    const line = this.#lines.get(key) ?? { waiting: [], running: 0, scheduled: false }
    this.#lines.set(key, line)
    const { pending, result } = pendingQuery(query)
    line.waiting.push(pending)
    this.#schedule(line)
    return result
  }

  #schedule(line: Line): void {
    if (line.scheduled || line.running >= MOST_RUNNING || line.waiting.length === 0) return
    line.scheduled = true
    setImmediate(() => {
      line.scheduled = false
      void this.#send(line)
    })
  }

  async #send(line: Line): Promise<void> {
    const group = line.waiting.splice(0, MOST_QUERIES)
    line.running += 1
    this.#schedule(line)
    try {
      const client = await this.#pool.connect()
      try {
        await sendGroup(client, group, async (error) => {
          if (group.length === 1 || !isOfOneRequest(error)) return rejectAll(group, error)
          // One of them failed: each alone, so that it fails alone.
          for (const one of group) await sendGroup(client, [one])
        })
      } finally {
        client.release()
      }
    } catch (error) {
      rejectAll(group, error)
    }
    line.running -= 1
    this.#schedule(line)
  }
}

/** A connection for reads, which batches prepared queries. Others run through `db`. */
export function batchedReader(db: Kysely<Database>, dialect: Dialect, pool: PostgresPool): Kysely<Database> {
  const reads = new BatchedReads(pool)
  const direct = db.getExecutor()
  class BatchingExecutor extends DefaultQueryExecutor {
    override async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      const key = isPrepared(query) ? combinationKey(query) : null
      // The rows are those of the query's own text.
      if (key !== null) return reads.run(key, query) as Promise<QueryResult<R>>
      return super.executeQuery(query)
    }
  }
  const executor = new BatchingExecutor(dialect.createQueryCompiler(), direct.adapter, direct)
  return new Kysely<Database>({ config: { dialect }, dialect, driver: dialect.createDriver(), executor })
}
