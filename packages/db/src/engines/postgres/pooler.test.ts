import { sql } from 'kysely'
import { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { copyDatabase } from '../../copy/copy-database.ts'
import { openStore } from '../../open-store.ts'
import { findBook } from '../../queries/books.ts'
import { StoreOpenError, type ReceivedEvent, type Store } from '../../store.ts'
import { engines } from '../../testing/index.ts'
import { untilEventsArrive } from '../../testing/until-events-arrive.ts'
import { hasPgbouncer, startPgbouncer, startStrictRelay } from '../../testing/poolers.ts'
import { addBook } from '../../testing/rows.ts'

const engine = engines.find(({ name }) => name === 'postgres')
if (engine === undefined) throw new Error('There is no engine postgres.')

async function refusal(url: string): Promise<unknown> {
  return openStore(url, { lockWaitMs: 1_000 }).then(
    (store) => store.close(),
    (error: unknown) => error,
  )
}

/** Uses whatever a pooler could break: limits, prepared statements, locks, and events. */
async function expectProtected(store: Store, other: Store): Promise<void> {
  const received: ReceivedEvent[] = []
  store.listen((event) => received.push(event))
  const bookId = await store.write((tx) => addBook(tx))
  const found = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      (index % 2 === 0 ? store : other).read((reader) => findBook(reader, bookId)),
    ),
  )
  expect(found.every((book) => book?.id === bookId)).toBe(true)
  const { rows } = await store.read((reader) =>
    sql`select current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement,
      current_setting('idle_in_transaction_session_timeout') as idle,
      exists (select from pg_prepared_statements where name like 'prebook%') as prepared`.execute(reader),
  )
  expect(rows).toEqual([{ lock: '1500ms', statement: '4s', idle: '4s', prepared: true }])
  const slow = store.read((reader) => sql`select pg_sleep(60)`.execute(reader))
  await expect(slow).rejects.toMatchObject({ reason: 'STORE_BUSY' })

  const released = Promise.withResolvers<void>()
  const locked = Promise.withResolvers<void>()
  const holding = store.writeOnBook(bookId, 'exclusive', async (tx) => {
    // The work starts before the lock is granted. Its first statement runs behind the lock.
    await findBook(tx, bookId)
    locked.resolve()
    await released.promise
  })
  await locked.promise
  await expect(other.writeOnBook(bookId, 'shared', async () => 'in')).rejects.toMatchObject({
    reason: 'STORE_BUSY',
  })
  released.resolve()
  await holding

  await untilEventsArrive(other, received)
}

// The server waits for a lock for less time than it lets a transaction be idle.
const limits = { poolSize: 3, lockWaitMs: 1_500, statementTimeoutMs: 4_000 }

describe('on a PostgreSQL server', () => {
  test('no connection needs a parameter that poolers refuse at its start', async () => {
    await using database = await engine.createEmpty()
    await using relay = await startStrictRelay(database.url)
    const store = await openStore(relay.url, limits)
    const other = await openStore(relay.url, limits)
    await expectProtected(store, other)
    await Promise.all([store.close(), other.close()])

    await using empty = await engine.createEmpty()
    await using copyRelay = await startStrictRelay(empty.url)
    const [sqlite] = engines
    await using source = await sqlite?.create()
    await source?.store.close()
    await expect(copyDatabase(String(source?.url), copyRelay.url)).resolves.toMatchObject({
      tables: expect.any(Array),
    })
  })

  describe.skipIf(!hasPgbouncer)('through pgbouncer (which must be installed)', () => {
    test('sessions are pooled: every protection works, for two processes', async () => {
      await using database = await engine.createEmpty()
      await using pooler = await startPgbouncer(database.url, { pool_mode: 'session' })
      const store = await openStore(pooler.url, limits)
      const other = await openStore(pooler.url, limits)
      await expectProtected(store, other)
      await Promise.all([store.close(), other.close()])
    })

    test.each([
      ['transaction', {}],
      ['transaction', { server_round_robin: 1 }],
      ['transaction', { default_pool_size: 1 }],
      ['statement', {}],
    ])(
      '%ss are pooled (%j): a start and a copy are refused with the setting to change',
      async (mode, more) => {
        await using database = await engine.createEmpty()
        await using pooler = await startPgbouncer(database.url, { pool_mode: mode, ...more })
        const sentence =
          /^The PostgreSQL database \w+ on 127\.0\.0\.1:\d+ is behind a pooler that pools transactions, .*set pool_mode = session .*DATABASE_URL/
        const error = await refusal(pooler.url)
        expect(error).toBeInstanceOf(StoreOpenError)
        expect((error as StoreOpenError).message).toMatch(sentence)
        const [sqlite] = engines
        await using source = await sqlite?.create()
        await source?.store.close()
        await expect(copyDatabase(String(source?.url), pooler.url)).rejects.toThrow(sentence)
      },
    )

    test('two idle connections to the server in turns do not hide that transactions are pooled', async () => {
      await using database = await engine.createEmpty()
      await using pooler = await startPgbouncer(database.url, {
        pool_mode: 'transaction',
        server_round_robin: 1,
        min_pool_size: 2,
      })
      expect(String(await refusal(pooler.url))).toMatch(/set pool_mode = session/)
    })

    test('a pool that is too small is refused with the setting to raise', async () => {
      await using database = await engine.createEmpty()
      await using pooler = await startPgbouncer(database.url, { pool_mode: 'session', default_pool_size: 1 })
      expect(String(await refusal(pooler.url))).toMatch(/raise default_pool_size .* DATABASE_POOL_SIZE \+ 1/)
    })

    test('a connection that the pooler refuses is not reported as a server that cannot be reached', async () => {
      await using database = await engine.createEmpty()
      await using pooler = await startPgbouncer(database.url, { pool_mode: 'session', max_client_conn: 1 })
      const only = new Client({ connectionString: pooler.url })
      await only.connect()
      expect(String(await refusal(pooler.url))).toMatch(/is behind a pooler that refused the connection/)
      await only.end()
    })
  })
})
