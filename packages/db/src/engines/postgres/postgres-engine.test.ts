import { bound } from '@prebook/testing/bounds'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { sql } from 'kysely'
import { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import type { Reader } from '../../database.ts'
import { openStore } from '../../open-store.ts'
import { findBook } from '../../queries/books.ts'
import { StoreOpenError } from '../../store.ts'
import { engines } from '../../testing/index.ts'
import { addBook } from '../../testing/rows.ts'

const engine = engines.find(({ name }) => name === 'postgres')

async function refusal(url: string): Promise<unknown> {
  return openStore(url, { lockWaitMs: 2_000 }).catch((error: unknown) => error)
}

test.each([
  ['postgres://user:secret@[', 'is not a valid address'],
  ['postgres://user:secret%@127.0.0.1/books', 'is not a valid address'],
  ['postgres://user:secret@127.0.0.1:99999/books', 'is not a valid address'],
  ['postgres://user:secret@127.0.0.1:1/books', 'cannot be reached: start the server'],
  ['postgresql://user:secret@no-such-host.invalid/books', 'cannot be reached: start the server'],
])('the address %s is refused with a remedy and without its password', async (url, remedy) => {
  const error = await refusal(url)
  expect(error).toBeInstanceOf(StoreOpenError)
  expect(String(error)).toContain(remedy)
  expect(String(error)).not.toContain('secret')
})

describe('on a PostgreSQL server', () => {
  if (engine === undefined) return

  test('an error about a missing database names it and the remedy', async () => {
    await using database = await engine.createEmpty()
    const url = new URL(database.url)
    url.pathname = '/no_such_database'
    const error = await refusal(url.href)
    expect(error).toBeInstanceOf(StoreOpenError)
    expect(String(error)).toMatch(
      /The PostgreSQL database no_such_database on 127\.0\.0\.1:\d+ does not exist: create it/,
    )
  })

  test('a server without TLS is reported if the address requests TLS', async () => {
    await using database = await engine.createEmpty()
    const error = await refusal(`${database.url}?sslmode=require`)
    expect(error).toBeInstanceOf(StoreOpenError)
    expect(String(error)).toMatch(/is on a server without TLS: enable TLS there/)
  })

  test('one connection serves fifty concurrent reads and writes in sequence', async () => {
    await using database = await engine.create({ poolSize: 1, lockWaitMs: 20_000 })
    const { store } = database
    const bookId = await store.write((tx) => addBook(tx))
    const pids = await Promise.all(
      Array.from({ length: 50 }, (_, index) => {
        const ask = async (reader: Reader) => {
          await findBook(reader, bookId)
          const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(reader)
          return rows[0]?.pid
        }
        if (index % 3 === 0) return store.read(ask)
        return store.writeOnBook(bookId, index % 3 === 1 ? 'shared' : 'exclusive', ask)
      }),
    )
    expect(pids).toHaveLength(50)
    expect(new Set(pids).size).toBe(1)
  })

  test('a request that gets no connection in time fails with STORE_BUSY, and later ones succeed', async () => {
    await using database = await engine.create({ poolSize: 1, lockWaitMs: 300 })
    const { store } = database
    const released = Promise.withResolvers<void>()
    const holding = store.write(async (tx) => {
      await addBook(tx)
      await released.promise
    })
    const start = performance.now()
    const refused = await Promise.allSettled([
      ...[1, 2, 3].map((id) => store.read((reader) => findBook(reader, id))),
      ...[1, 2, 3].map(() => store.write((tx) => addBook(tx))),
    ])
    expect(performance.now() - start).toBeLessThan(bound(15_000))
    for (const result of refused) {
      expect(result).toMatchObject({ status: 'rejected', reason: { reason: 'STORE_BUSY' } })
    }
    released.resolve()
    await holding
    const books = await store.read((reader) => reader.selectFrom('books').select('id').execute())
    expect(books).toHaveLength(1)
  })

  test('writes that wait for a book leave a connection for reads', async () => {
    await using database = await engine.create({ poolSize: 3 })
    const { store } = database
    const bookId = await store.write((tx) => addBook(tx))
    const released = Promise.withResolvers<void>()
    const restock = store.writeOnBook(bookId, 'exclusive', () => released.promise)
    const creates = Array.from({ length: 20 }, () => store.writeOnBook(bookId, 'shared', async () => {}))

    expect(await store.read((reader) => findBook(reader, bookId))).toMatchObject({ id: bookId })

    released.resolve()
    await Promise.all([restock, ...creates])
  })

  test('a stock change overtakes pre-bookings that wait for a connection', async () => {
    await using database = await engine.create({ poolSize: 1 })
    const { store } = database
    const bookId = await store.write((tx) => addBook(tx))
    const released = Promise.withResolvers<void>()
    const order: string[] = []
    const note = (name: string) => async () => void order.push(name)
    const holding = store.write(() => released.promise)
    const waiting = [
      store.writeOnBook(bookId, 'shared', note('pre-booking')),
      store.write(note('another write')),
      store.writeOnBook(bookId, 'exclusive', note('restock')),
    ]

    released.resolve()
    await Promise.all([holding, ...waiting])
    expect(order[0]).toBe('restock')
    expect(order).toHaveLength(3)
  })

  test('a slow statement fails with STORE_BUSY, and its connection stays usable', async () => {
    await using database = await engine.create({ poolSize: 1, statementTimeoutMs: 200 })
    const { store } = database
    const slow = store.write(async (tx) => {
      await addBook(tx)
      await sql`select pg_sleep(20)`.execute(tx)
    })
    await expect(slow).rejects.toMatchObject({ reason: 'STORE_BUSY' })
    const books = await store.read((reader) => reader.selectFrom('books').select('id').execute())
    expect(books).toEqual([])
  })

  test('an unresponsive server gives STORE_BUSY, does not block closing, and is used again once it responds', async () => {
    await using database = await engine.create()
    await using proxy = await startProxy(database.url)
    const store = await openStore(proxy.url, { poolSize: 2, statementTimeoutMs: 100, lockWaitMs: 1_000 })
    const bookId = await store.write((tx) => addBook(tx))
    const unsubscribe = store.listen(() => {})
    proxy.silent = true
    const results = await Promise.allSettled([
      store.read((reader) => findBook(reader, bookId)),
      store.write((tx) => addBook(tx)),
    ])
    for (const result of results)
      expect(result).toMatchObject({ status: 'rejected', reason: { reason: 'STORE_BUSY' } })
    proxy.silent = false
    expect(await store.read((reader) => findBook(reader, bookId))).toMatchObject({ id: bookId })
    await store.write((tx) => addBook(tx))
    proxy.silent = true
    const started = performance.now()
    unsubscribe()
    await store.close()
    expect(performance.now() - started).toBeLessThan(bound(20_000))
  })

  test('a statement is prepared once per connection', async () => {
    await using database = await engine.create({ poolSize: 1 })
    const { store } = database
    for (let id = 1; id <= 5; id += 1) await store.read((reader) => findBook(reader, id))
    const { rows } = await store.read((reader) =>
      sql<{ calls: number }>`select generic_plans + custom_plans as calls from pg_prepared_statements
        where statement like 'select * from "books" where "id" = %'`.execute(reader),
    )
    expect(rows).toEqual([{ calls: 5 }])
  })

  test('a plan made stale by a migration in another process is renewed, for reads and writes', async () => {
    await using database = await engine.create({ poolSize: 1 })
    const { store } = database
    const bookId = await store.write((tx) => addBook(tx))
    await store.read((reader) => findBook(reader, bookId))
    const other = new Client({ connectionString: database.url })
    await other.connect()
    await other.query('alter table books add column shelf text')
    expect(await store.read((reader) => findBook(reader, bookId))).toHaveProperty('shelf', null)
    await other.query('alter table books add column room text')
    expect(await store.write((tx) => findBook(tx, bookId))).toHaveProperty('room', null)
    await other.end()
  })

  test('connections closed by the server are replaced: a running write fails, later ones succeed', async () => {
    await using database = await engine.create()
    const { store } = database
    const killer = new Client({ connectionString: database.url })
    await killer.connect()
    const cut = store.write(async (tx) => {
      const bookId = await addBook(tx)
      await killer.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()`,
      )
      return findBook(tx, bookId)
    })
    await expect(cut).rejects.toMatchObject({ reason: 'STORE_BUSY' })
    await killer.end()
    const books = await store.read((reader) => reader.selectFrom('books').selectAll().execute())
    expect(books).toEqual([])
    await store.write((tx) => addBook(tx))
  })

  test('a write on a locked book fails with STORE_BUSY, and other books are not affected', async () => {
    await using database = await engine.create({ lockWaitMs: 200 })
    const { store } = database
    const released = Promise.withResolvers<void>()
    const locked = Promise.withResolvers<void>()
    const holding = store.writeOnBook(1, 'exclusive', async () => {
      locked.resolve()
      await released.promise
    })
    await locked.promise
    await expect(store.writeOnBook(1, 'shared', async () => 'in')).rejects.toMatchObject({
      reason: 'STORE_BUSY',
    })
    await expect(store.writeOnBook(2, 'exclusive', async () => 'in')).resolves.toBe('in')
    released.resolve()
    await holding
    await expect(store.writeOnBook(1, 'shared', async () => 'in')).resolves.toBe('in')
  })
})

/** Starts a proxy to a server. While it is silent, it forwards no data and does not report closed connections. */
async function startProxy(url: string) {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  const proxy = {
    url: '',
    silent: false,
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ host: target.hostname, port: Number(target.port), allowHalfOpen: true })
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('error', () => {})
      from.on('data', (chunk) => proxy.silent || to.write(chunk))
      from.on('end', () => proxy.silent || to.end())
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const own = new URL(url)
  own.hostname = '127.0.0.1'
  own.port = String((server.address() as AddressInfo).port)
  proxy.url = own.href
  return proxy
}
