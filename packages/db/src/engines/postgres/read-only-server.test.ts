import { afterAll, describe, expect, test, vi } from 'vitest'
import { PrebookError } from '@prebook/core'
import { WAIT } from '@prebook/testing/bounds'
import { startPrivatePostgres, type PostgresServer } from '@prebook/testing/postgres'
import { copyDatabase } from '../../copy/copy-database.ts'
import { openStore } from '../../open-store.ts'
import { StoreOpenError, type ReceivedEvent, type Store } from '../../store.ts'
import { engines } from '../../testing/index.ts'
import { untilEventsArrive } from '../../testing/until-events-arrive.ts'
import { startRelay } from '../../testing/relay.ts'
import {
  failOver,
  promote,
  runSql,
  startReplicatedPostgres,
  type ReplicatedPostgres,
} from '../../testing/replicated-postgres.ts'
import { addBook } from '../../testing/rows.ts'

function keepLog() {
  const lines: string[] = []
  return {
    lines,
    error: (line: string) => void lines.push(line),
    warn: (line: string) => void lines.push(line),
  }
}

async function reasonOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: unknown) => (error instanceof PrebookError ? error.reason : String(error)),
  )
}

const writeTo = (store: Store) => reasonOf(store.write((tx) => addBook(tx)))
const readFrom = (store: Store) =>
  reasonOf(store.read((tx) => tx.selectFrom('books').select('id').limit(1).execute()))

describe('on a PostgreSQL server with a standby', () => {
  test.each(['relay', 'hosts'] as const)(
    'no acknowledged write is lost when the primary dies under load, and the promoted standby is used (%s)',
    async (way) => {
      await using servers = await startReplicatedPostgres()
      const { lost, acknowledged } = await failOver(way, servers)
      expect(lost).toEqual([])
      expect(acknowledged).toBeGreaterThan(400)
    },
  )

  describe('while both run', () => {
    let starting: Promise<ReplicatedPostgres> | undefined
    const servers = () => (starting ??= startReplicatedPostgres())
    afterAll(async () => (await starting)?.[Symbol.asyncDispose]())

    test('connections to the standby are not used any more once the address leads to the primary', async () => {
      const { primary, standby } = await servers()
      await using relay = await startRelay(primary.url)
      const log = keepLog()
      const store = await openStore(relay.url, { poolSize: 4, log })
      const received: ReceivedEvent[] = []
      store.listen((event) => received.push(event))
      expect(await writeTo(store)).toBe('done')

      // Busy ones too: this read keeps one to the standby across the switch.
      relay.leadTo(standby.url)
      await runSql(
        primary.url,
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'prebook'`,
      )
      await vi.waitFor(async () => expect(await readFrom(store)).toBe('done'), WAIT)
      const switched = Promise.withResolvers<void>()
      const taken = Promise.withResolvers<void>()
      const busy = store.read(async (reader) => {
        await reader.selectFrom('books').select('id').execute()
        taken.resolve()
        await switched.promise
      })
      await taken.promise
      // More than one connection, all to the standby.
      expect(new Set(await Promise.all(Array.from({ length: 20 }, () => readFrom(store))))).toEqual(
        new Set(['done']),
      )
      expect(await writeTo(store)).toBe('STORE_BUSY')
      expect(await reasonOf(store.checkWritable())).toBe('STORE_BUSY')
      await vi.waitFor(
        () => expect(log.lines.join('\n')).toMatch(/is a standby, .*: promote it, .*DATABASE_URL/),
        WAIT,
      )

      // Idle connections to the standby, opened after it was noticed.
      await Promise.all(Array.from({ length: 20 }, () => readFrom(store)))

      relay.leadTo(primary.url)
      await vi.waitFor(() => expect(log.lines.at(-1)).toMatch(/accepts writes again/), WAIT)
      const first = await Promise.all([writeTo(store), writeTo(store), writeTo(store)])
      expect(first).toEqual(['done', 'done', 'done'])
      switched.resolve()
      await busy
      const all = await Promise.all(
        Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? writeTo(store) : readFrom(store))),
      )
      expect(new Set(all)).toEqual(new Set(['done']))
      await store.checkWritable()
      const other = await openStore(primary.url)
      await untilEventsArrive(other, received)
      await other.close()
      await store.close()
      const left = await runSql(
        standby.url,
        `select from pg_stat_activity where application_name = 'prebook' and state is not null`,
      )
      expect(left).toEqual([])
    })

    test('of two hosts, each connection leads to the one that accepts writes', async () => {
      const { primary, standby } = await servers()
      const [first, second] = [primary.url, standby.url].map((url) => new URL(url).host)
      for (const hosts of [`${first},${second}`, `${second},${first}`, `127.0.0.1:1,${second},${first}`]) {
        const url = primary.url.replace(String(first), hosts)
        const store = await openStore(`${url}?target_session_attrs=read-write`)
        expect(await Promise.all(Array.from({ length: 20 }, () => writeTo(store)))).not.toContain(
          'STORE_BUSY',
        )
        await store.checkWritable()
        await store.close()
      }
    })

    test('opening a standby fails with a sentence unless it may wait; then it waits until it is promoted', async () => {
      const { primary, standby } = await servers()
      for (const url of [standby.url, standby.url.replace('127.0.0.1', '127.0.0.1:1,127.0.0.1')]) {
        const error: unknown = await openStore(url).catch((thrown: unknown) => thrown)
        expect(error).toBeInstanceOf(StoreOpenError)
        expect(String(error)).toMatch(
          /is a standby, which accepts no writes: promote it, or let DATABASE_URL/,
        )
      }
      const [sqlite] = engines
      await using source = await sqlite?.create()
      await source?.store.close()
      await expect(copyDatabase(String(source?.url), standby.url)).rejects.toThrow(/is a standby/)

      const stopped = new AbortController()
      const log = keepLog()
      const never = openStore(standby.url, { waitForWrites: stopped.signal, log })
      await vi.waitFor(() => expect(log.lines).toHaveLength(1), WAIT)
      stopped.abort()
      await expect(never).rejects.toBe(stopped.signal.reason)

      const waiting = openStore(standby.url, { waitForWrites: new AbortController().signal, log })
      await vi.waitFor(() => expect(log.lines).toHaveLength(2), WAIT)
      expect(log.lines[1]).toMatch(/is a standby, .* The service starts as soon as it accepts writes\.$/)
      await primary.crash()
      await promote(standby)
      const store = await waiting
      expect(await writeTo(store)).toBe('done')
      await store.close()
    })
  })
})

describe('on a PostgreSQL server that is set read-only', () => {
  let starting: Promise<PostgresServer> | undefined
  const server = () => (starting ??= startPrivatePostgres())
  afterAll(async () => (await starting)?.stop())

  test.each([
    ['the server', 'alter system set default_transaction_read_only = $', 'select pg_reload_conf()'],
    ['the database', 'alter database postgres set default_transaction_read_only = $', 'select 1'],
  ])(
    '%s: writes and readiness get STORE_BUSY, reads continue, and writes come back',
    async (_, set, apply) => {
      const { url } = await server()
      const turn = async (value: 'on' | 'off') => {
        await runSql(url, set.replace('$', value))
        await runSql(url, apply)
      }
      const log = keepLog()
      const store = await openStore(url, { poolSize: 2, log })
      store.listen(() => {})
      expect(await writeTo(store)).toBe('done')
      await turn('on')
      // Connections of before keep the setting of the database.
      await runSql(
        url,
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'prebook'`,
      )
      await vi.waitFor(async () => expect(await reasonOf(store.checkWritable())).toBe('STORE_BUSY'), WAIT)
      expect(await writeTo(store)).toBe('STORE_BUSY')
      expect(await readFrom(store)).toBe('done')
      await vi.waitFor(
        () =>
          expect(log.lines.join('\n')).toMatch(/is set read-only: turn off default_transaction_read_only/),
        WAIT,
      )
      const listening = await vi.waitUntil(() => findListener(url), WAIT)
      const started = keepLog()
      const waiting = openStore(url, { waitForWrites: new AbortController().signal, log: started })
      await vi.waitFor(() => expect(started.lines).toHaveLength(1), WAIT)

      await turn('off')

      const other = await waiting
      expect(await writeTo(other)).toBe('done')
      await other.close()
      await vi.waitFor(() => expect(log.lines.at(-1)).toMatch(/accepts writes again/), WAIT)
      expect(new Set(await Promise.all(Array.from({ length: 20 }, () => writeTo(store))))).toEqual(
        new Set(['done']),
      )
      await store.checkWritable()
      // It might have led to a server that is no longer the primary.
      await vi.waitFor(async () => expect(await findListener(url)).not.toBe(listening), WAIT)
      await store.close()
    },
  )
})

/** The process of the server in which a store waits for events; undefined when there is none. */
async function findListener(url: string): Promise<unknown> {
  const [row] = await runSql(url, `select pid from pg_stat_activity where query like 'listen %'`)
  return row?.['pid']
}
