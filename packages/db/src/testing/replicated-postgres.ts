import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { WAIT_MS } from '@prebook/testing/bounds'
import { startPrivatePostgres, type PostgresServer } from '@prebook/testing/postgres'
import { openStore, type OpenStoreOptions } from '../open-store.ts'
import { startRelay } from './relay.ts'
import { addBook } from './rows.ts'

const REPLICATION = ['wal_level=replica', 'max_wal_senders=5', 'hot_standby=on']

/** A primary and a standby. A commit on the primary is acknowledged once the standby has it. */
export type ReplicatedPostgres = AsyncDisposable & { primary: PostgresServer; standby: PostgresServer }

/** Starts a primary with a synchronous standby. */
export async function startReplicatedPostgres(): Promise<ReplicatedPostgres> {
  const primary = await startPrivatePostgres({ settings: REPLICATION })
  try {
    await primary.halt()
    const standby = await startPrivatePostgres({ settings: REPLICATION, standbyOf: primary })
    await primary.resume()
    await runSql(primary.url, `alter system set synchronous_standby_names = 'standby'`)
    await runSql(primary.url, 'select pg_reload_conf()')
    await until(async () => {
      const rows = await runSql(primary.url, `select from pg_stat_replication where sync_state = 'sync'`)
      return rows.length === 1
    })
    return {
      primary,
      standby,
      async [Symbol.asyncDispose]() {
        await Promise.all([primary.stop(), standby.stop()])
      },
    }
  } catch (error) {
    await primary.stop()
    throw error
  }
}

/** Runs a statement as the superuser, also on a server that is set read-only. */
export async function runSql(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, options: '-c default_transaction_read_only=off' })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows
  } finally {
    await client.end()
  }
}

/** Makes a standby the primary. */
export async function promote(standby: PostgresServer): Promise<void> {
  await runSql(standby.url, 'select pg_promote()')
}

export type Failover = {
  /** Acknowledged writes that the new primary does not have. */
  lost: string[]
  acknowledged: number
  /** From the command to promote to the first write that was acknowledged after it, in milliseconds. */
  recoveredMs: number
  /** The longest write or refusal, in milliseconds. */
  longestMs: number
}

/**
 * Kills the primary under load, promotes the standby, and writes on until the new primary has acknowledged many writes.
 *
 * @param way `relay`: one address, which leads to the standby some time before its promotion. `hosts`: both addresses
 * @throws Error when a write fails with anything but `STORE_BUSY`, or a commit whose answer is lost
 */
export async function failOver(
  way: 'relay' | 'hosts',
  { primary, standby }: ReplicatedPostgres,
  options: OpenStoreOptions = {},
): Promise<Failover> {
  await using relay = await startRelay(primary.url)
  const hosts = new URL(primary.url)
  const both = hosts.href.replace(hosts.host, `${hosts.host},${new URL(standby.url).host}`)
  const store = await openStore(way === 'relay' ? relay.url : both, { lockWaitMs: 2_000, ...options })
  try {
    const acknowledged = new Set<string>()
    const load = { running: true, longestMs: 0, refused: 0 }
    const write = async (title: string): Promise<void> => {
      const started = performance.now()
      try {
        await store.write((tx) => addBook(tx, { title }))
        acknowledged.add(title)
      } catch (error) {
        const { reason, message = '' } = error as { reason?: string; message?: string }
        if (reason !== 'STORE_BUSY' && !message.includes('cannot tell whether')) throw error
        load.refused += 1
        await pause(5)
      }
      load.longestMs = Math.max(load.longestMs, performance.now() - started)
    }
    const clients = Array.from({ length: 8 }, async (_, client) => {
      for (let count = 0; load.running; count += 1) await write(`${client}/${count}`)
    })
    const reader = (async () => {
      while (load.running)
        await store.read((tx) => tx.selectFrom('books').select('id').limit(1).execute()).catch(() => {})
    })()
    const work = Promise.all([...clients, reader])
    // Fails here instead of waiting for writes that no longer happen.
    const reach = (count: number) => Promise.race([work, until(async () => acknowledged.size >= count)])
    try {
      await reach(200)
      await primary.crash()
      // The address leads to the standby before it is promoted, so that connections to it are made.
      relay.leadTo(standby.url)
      const refused = load.refused
      await Promise.race([work, until(async () => load.refused > refused + 20)])
      const before = acknowledged.size
      const promoted = performance.now()
      await promote(standby)
      await reach(before + 1)
      const recoveredMs = performance.now() - promoted
      await reach(before + 200)
      load.running = false
      await work
      const rows = await runSql(standby.url, 'select title from books')
      const kept = new Set(rows.map(({ title }) => title))
      return {
        lost: [...acknowledged].filter((title) => !kept.has(title)),
        acknowledged: acknowledged.size,
        recoveredMs,
        longestMs: load.longestMs,
      }
    } finally {
      load.running = false
      await work.catch(() => {})
    }
  } finally {
    await store.close()
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + WAIT_MS
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Not reached within ${WAIT_MS} ms: ${String(holds)}`)
    await pause(5)
  }
}
