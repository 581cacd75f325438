import {
  DefaultQueryExecutor,
  Transaction,
  type CompiledQuery,
  type ConnectionProvider,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type PostgresPoolClient,
  type QueryResult,
} from 'kysely'
import type { Database, Tx } from '../../database.ts'
import { collectWaitingChanges, sumWaitingChanges, type WaitingChanges } from '../../waiting-counts.ts'
import { isRolledBack, outcomeUnknown } from './postgres-errors.ts'
import { combinable, pendingQuery, sendGroup, type PendingQuery } from './query-batch.ts'

/** What came of the work of one write. */
export type Outcome<T> = { result: T } | { error: unknown; wrote: boolean }

/** Changes how many wait on some waitlists. It locks their rows in the order of their ids, so that two of these cannot deadlock. */
const CHANGE_WAITING = `
  update waitlists set waiting_count = waitlists.waiting_count + changed.by
  from (
    select waitlists.id, change.by
    from unnest($1::bigint[], $2::bigint[]) as change (id, by) join waitlists on waitlists.id = change.id
    order by waitlists.id for no key update of waitlists
  ) as changed
  where waitlists.id = changed.id`

/** Makes the `tx` of a write from its connection. */
export type MakeTx = (connection: DatabaseConnection) => Tx

/** Prepares {@link MakeTx} for a database. */
export function txMaker(db: Kysely<Database>, dialect: Dialect): MakeTx {
  const { adapter } = db.getExecutor()
  const compiler = dialect.createQueryCompiler()
  const driver: Driver = dialect.createDriver()
  return (connection) => {
    const provider: ConnectionProvider = { provideConnection: async (consumer) => consumer(connection) }
    const executor = new DefaultQueryExecutor(compiler, adapter, provider)
    return new Transaction<Database>({ config: { dialect }, dialect, driver, executor })
  }
}

/**
 * A transaction of one connection, for one write or for several at once. Statements are sent without waiting for the results
 * of those before them, and the queries of all its writes that can be sent at the same moment are sent together: as one
 * statement where their text is the same. So a group of writes costs as many round trips as its longest write.
 */
export class PostgresTransaction {
  readonly #client: PostgresPoolClient
  readonly #makeTx: MakeTx
  #waiting: PendingQuery[] = []
  readonly #changes: WaitingChanges[] = []
  #failure: { error: unknown } | undefined

  constructor(client: PostgresPoolClient, makeTx: MakeTx) {
    this.#client = client
    this.#makeTx = makeTx
    // The default of a server may be stricter, and would make conflicts of what is none.
    this.send('begin isolation level read committed').catch(() => {})
  }

  /** The first error of a statement. It has made the whole transaction void. */
  get failure(): { error: unknown } | undefined {
    return this.#failure
  }

  /** Sends a statement at once. */
  async send(sql: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    try {
      const { rows } = await this.#client.query<Record<string, unknown>>(sql, values)
      return rows
    } catch (error) {
      throw this.#fail(error)
    }
  }

  /**
   * Runs the work of one write. Never rejects.
   *
   * @param mayContinue is awaited before each result reaches the write, which fails with its error
   */
  async run<T>(work: (tx: Tx) => Promise<T>, mayContinue: Promise<unknown>): Promise<Outcome<T>> {
    // It may fail before the write asks for anything.
    mayContinue.catch(() => {})
    const write = new OpenWrite((query) => this.#enqueue(query), mayContinue)
    try {
      const tx = this.#makeTx(write)
      const changes = collectWaitingChanges(tx)
      const result = await work(tx)
      this.#changes.push(changes)
      return { result }
    } catch (error) {
      return { error, wrote: write.wrote }
    } finally {
      write.end()
    }
  }

  /**
   * Writes how many wait, and commits, in one round trip.
   *
   * @throws PrebookError `INTERNAL_ERROR` when the server did not answer, so that it may have committed
   */
  async commit(): Promise<void> {
    const changes = sumWaitingChanges(this.#changes)
    const changed =
      changes.length === 0
        ? undefined
        : this.send(CHANGE_WAITING, [changes.map(([id]) => id), changes.map(([, by]) => by)])
    try {
      // After an error of the statement before it, the server rolls back and does not commit.
      await Promise.all([changed, this.#client.query('commit', [])])
    } catch (error) {
      throw isRolledBack(error) ? error : outcomeUnknown(error)
    }
  }

  async rollback(): Promise<void> {
    await this.#client.query('rollback', [])
  }

  async #enqueue(query: CompiledQuery): Promise<QueryResult<unknown>> {
    const { pending, result } = pendingQuery(query)
    // After all the writes that can continue now have asked for what they need next.
    if (this.#waiting.length === 0) process.nextTick(() => this.#flush())
    this.#waiting.push(pending)
    try {
      return await result
    } catch (error) {
      throw this.#fail(error)
    }
  }

  #flush(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const group of combinable(waiting)) void sendGroup(this.#client, group)
  }

  #fail(error: unknown): unknown {
    this.#failure ??= { error }
    return error
  }
}

/** The connection of one write while it runs. A later query is rejected: it would become part of another write. */
class OpenWrite implements DatabaseConnection {
  readonly #run: (query: CompiledQuery) => Promise<QueryResult<unknown>>
  readonly #mayContinue: Promise<unknown>
  #ended = false
  /** Whether a statement has changed rows. */
  wrote = false

  constructor(run: (query: CompiledQuery) => Promise<QueryResult<unknown>>, mayContinue: Promise<unknown>) {
    this.#run = run
    this.#mayContinue = mayContinue
  }

  end(): void {
    this.#ended = true
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#ended) throw new Error('A query ran after its write had ended: await every query of a write.')
    const result = await this.#run(query)
    // First, because what a write has changed that may not continue must be undone too.
    if ((result.numAffectedRows ?? 0n) > 0n) this.wrote = true
    await this.#mayContinue
    // The rows are those of the query's own text.
    return result as QueryResult<R>
  }

  // oxlint-disable-next-line require-yield -- no query of a transaction is streamed
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('A query cannot be streamed in a transaction.')
  }
}
