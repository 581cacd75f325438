import { PrebookError } from '@prebook/core'
import Sqlite from 'better-sqlite3'
import { expect, test, vi } from 'vitest'
import type { OpenStoreOptions } from '../../open-store.ts'
import { openStore } from '../../open-store.ts'
import { addUser } from '../../testing/rows.ts'
import { retryWhileLocked } from './lock-wait.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { countTurns } from '../../testing/count-turns.ts'

/** A store, and a second connection to its file that stands for another process and can take the lock. */
async function contended(options: OpenStoreOptions) {
  const disposables = new AsyncDisposableStack()
  const folder = disposables.use(await temporaryFolder())
  const file = folder.path('prebook.db')
  const store = disposables.adopt(await openStore(`file:${file}`, options), (it) => it.close())
  const other = disposables.adopt(new Sqlite(file), (it) => void it.close())
  const emails = () =>
    store
      .read((reader) => reader.selectFrom('users').select('email').orderBy('id').execute())
      .then((rows) => rows.map((row) => row.email))
  return { file, store, other, emails, [Symbol.asyncDispose]: () => disposables.disposeAsync() }
}

const INSERT = `insert into users (email, password_hash, role, created_at) values ('other@example.org', 'x', 'reader', 1)`

test('a write waits for the lock of another process without blocking the event loop, then succeeds', async () => {
  await using database = await contended({ lockWaitMs: 25_000 })
  const { store, other, emails } = database
  other.exec(`begin immediate; ${INSERT}`)

  using eventLoop = countTurns()
  let begun = 0
  let settled = false
  const writing = store
    .write((tx) => {
      begun += 1
      return addUser(tx, { email: 'waited@example.org' })
    })
    .finally(() => (settled = true))
  await eventLoop.reach(50)
  expect({ settled, begun }).toEqual({ settled: false, begun: 0 })
  // Reads work meanwhile, and see committed rows.
  expect(await emails()).toEqual([])

  other.exec('commit')
  await writing
  expect(begun).toBe(1)
  expect(await emails()).toEqual(['other@example.org', 'waited@example.org'])
})

test('a waiting write holds no lock: the other process can continue', async () => {
  await using database = await contended({ lockWaitMs: 25_000 })
  const { store, other, emails } = database
  other.exec('begin immediate')
  const writing = store.write((tx) => addUser(tx, { email: 'waited@example.org' }))
  await emails()
  other.exec(INSERT)
  other.exec('commit')
  await writing
  expect(await emails()).toHaveLength(2)
})

test('a write that waited too long is rejected with STORE_BUSY and never begins', async () => {
  await using database = await contended({ lockWaitMs: 20 })
  const { store, other, emails } = database
  other.exec('begin immediate')
  const work = vi.fn<() => Promise<void>>()
  const error: unknown = await store.write(work).catch((refusal: unknown) => refusal)
  expect(error).toBeInstanceOf(PrebookError)
  expect(error).toMatchObject({ reason: 'STORE_BUSY', retryAfterSeconds: 1, cause: { code: 'SQLITE_BUSY' } })
  expect(work).not.toHaveBeenCalled()
  expect(await emails()).toEqual([])

  other.exec('rollback')
  await store.write((tx) => addUser(tx, { email: 'later@example.org' }))
  expect(await emails()).toEqual(['later@example.org'])
})

test('all queued writes are rejected in the same way, including writes on a book', async () => {
  await using database = await contended({ lockWaitMs: 20 })
  const { store, other } = database
  other.exec('begin immediate')
  const results = await Promise.allSettled([
    store.writeOnBook(1, 'shared', (tx) => addUser(tx)),
    store.writeOnBook(1, 'exclusive', (tx) => addUser(tx)),
    ...Array.from({ length: 5 }, () => store.write((tx) => addUser(tx))),
  ])
  other.exec('rollback')
  expect(results).toHaveLength(7)
  for (const result of results) {
    expect(result).toMatchObject({ status: 'rejected', reason: { reason: 'STORE_BUSY' } })
  }
})

test('another process can write between two writes of the store', async () => {
  await using database = await contended({})
  const { store, other, emails } = database
  await store.write((tx) => addUser(tx, { email: 'first@example.org' }))
  other.exec(INSERT)
  await store.write((tx) => addUser(tx, { email: 'last@example.org' }))
  expect(await emails()).toEqual(['first@example.org', 'other@example.org', 'last@example.org'])
})

test('only locks are retried: any other error is thrown at once', async () => {
  const fault = new Error('not a lock')
  const attempt = vi.fn<() => Promise<never>>(() => Promise.reject(fault))
  await expect(retryWhileLocked(25_000, attempt)).rejects.toBe(fault)
  expect(attempt).toHaveBeenCalledTimes(1)
})

test.each(['SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_BUSY_RECOVERY', 'SQLITE_LOCKED'])(
  '%s is a lock, and is retried until it is free',
  async (code) => {
    let refusals = 3
    const attempt = vi.fn<() => Promise<string>>(async () => {
      if (refusals-- > 0) throw new Sqlite.SqliteError('locked', code)
      return 'through'
    })
    expect(await retryWhileLocked(25_000, attempt)).toBe('through')
    expect(attempt).toHaveBeenCalledTimes(4)
  },
)
