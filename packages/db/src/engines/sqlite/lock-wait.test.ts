import { PrebookError } from '@prebook/core'
import Sqlite from 'better-sqlite3'
import { expect, test, vi } from 'vitest'
import type { OpenStoreOptions } from '../../open-store.ts'
import { openStore } from '../../open-store.ts'
import { addUser } from '../../testing/rows.ts'
import { retryWhileLocked } from './lock-wait.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { countTurns } from '../../testing/count-turns.ts'

/** A store, and another process's view of its file: a connection that can take the lock. */
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

test('a write waits for the lock of another process, with the event loop free, and then goes through', async () => {
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
  // Reads go on meanwhile, and see what is committed.
  expect(await emails()).toEqual([])

  other.exec('commit')
  await writing
  expect(begun).toBe(1)
  expect(await emails()).toEqual(['other@example.org', 'waited@example.org'])
})

test('a write that waits holds no lock itself: the other process goes on', async () => {
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

test('a write that waited too long is refused with STORE_BUSY and was never begun', async () => {
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

test('a write on a book and every other that is queued are refused likewise, none is left hanging', async () => {
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

test('the other process can write between two of our writes, and ours see it', async () => {
  await using database = await contended({})
  const { store, other, emails } = database
  await store.write((tx) => addUser(tx, { email: 'first@example.org' }))
  other.exec(INSERT)
  await store.write((tx) => addUser(tx, { email: 'last@example.org' }))
  expect(await emails()).toEqual(['first@example.org', 'other@example.org', 'last@example.org'])
})

test('only a lock is waited for: any other error comes at once', async () => {
  const fault = new Error('not a lock')
  const attempt = vi.fn<() => Promise<never>>(() => Promise.reject(fault))
  await expect(retryWhileLocked(25_000, attempt)).rejects.toBe(fault)
  expect(attempt).toHaveBeenCalledTimes(1)
})

test.each(['SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_BUSY_RECOVERY', 'SQLITE_LOCKED'])(
  '%s is a lock, and is tried again until it is gone',
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
