import type Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { PrebookError } from '@prebook/core'
import { insertUser, listUsers } from '../../queries/users.ts'
import type { Store } from '../../store.ts'
import { engines } from '../../testing/index.ts'
import { openSqlite } from './open-sqlite.ts'
import { ImmediateSqliteDialect } from './sqlite-dialect.ts'

/** More than one page, so that every row needs new pages. */
const LARGE = 'x'.repeat(10_000)

async function addUser(store: Store, email: string): Promise<unknown> {
  return store.write((tx) => insertUser(tx, { email, passwordHash: LARGE, role: 'reader', now: 1 }))
}

async function emails(store: Store): Promise<string[]> {
  const noFilter = { text: undefined, role: undefined, isActive: undefined, beforeId: null, limit: 100 }
  return (await store.read((reader) => listUsers(reader, noFilter))).map((user) => user.email)
}

/** A store with its write connection. */
async function openWithWriter(url: string) {
  let writer: Sqlite.Database | undefined
  const store = await openSqlite(url.slice('file:'.length), {
    dialect(database) {
      writer = database
      return new ImmediateSqliteDialect(database)
    },
  })
  return { store, writer }
}

const busy = { reason: 'STORE_BUSY', storeFailed: true }

test('on a full disk writes fail and lose nothing, reads work, and no restart is needed afterwards', async () => {
  await using empty = await engines.find((engine) => engine.name === 'sqlite')?.createEmpty()
  const { store, writer } = await openWithWriter(String(empty?.url))
  try {
    await addUser(store, 'before@example.org')
    writer?.pragma(`max_page_count = ${String(writer.pragma('page_count', { simple: true }))}`)

    for (let attempt = 0; attempt < 3; attempt += 1) {
      const error = await addUser(store, 'refused@example.org').catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(PrebookError)
      expect(error).toMatchObject(busy)
    }
    await expect(store.checkWritable()).rejects.toMatchObject(busy)
    expect(await emails(store)).toEqual(['before@example.org'])

    writer?.pragma('max_page_count = 1000000')
    const values = () => store.read((reader) => reader.selectFrom('installation').selectAll().execute())
    const before = await values()
    await store.checkWritable()
    expect(await values()).toEqual(before)
    await addUser(store, 'after@example.org')
    expect(await emails(store)).toEqual(['after@example.org', 'before@example.org'])
    expect(writer?.pragma('integrity_check', { simple: true })).toBe('ok')
  } finally {
    await store.close()
  }
})

test('in a database that became read-only writes fail as busy, until it accepts writes again', async () => {
  await using empty = await engines.find((engine) => engine.name === 'sqlite')?.createEmpty()
  const { store, writer } = await openWithWriter(String(empty?.url))
  try {
    writer?.pragma('query_only = on')
    await expect(addUser(store, 'refused@example.org')).rejects.toMatchObject(busy)
    await expect(store.checkWritable()).rejects.toMatchObject(busy)
    expect(await emails(store)).toEqual([])
    writer?.pragma('query_only = off')
    await store.checkWritable()
    await addUser(store, 'accepted@example.org')
  } finally {
    await store.close()
  }
})
