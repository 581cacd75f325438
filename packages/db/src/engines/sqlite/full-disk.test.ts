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

test('on a full disk writes fail and lose nothing, reads work, and no restart is needed afterwards', async () => {
  await using empty = await engines.find((engine) => engine.name === 'sqlite')?.createEmpty()
  let writer: Sqlite.Database | undefined
  const store = await openSqlite(String(empty?.url).slice('file:'.length), {
    dialect(database) {
      writer = database
      return new ImmediateSqliteDialect(database)
    },
  })
  try {
    await addUser(store, 'before@example.org')
    writer?.pragma(`max_page_count = ${String(writer.pragma('page_count', { simple: true }))}`)

    for (let attempt = 0; attempt < 3; attempt += 1) {
      const error = await addUser(store, 'refused@example.org').catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(PrebookError)
      expect(error).toMatchObject({ reason: 'STORE_BUSY', storeFailed: true })
    }
    expect(await emails(store)).toEqual(['before@example.org'])

    writer?.pragma('max_page_count = 1000000')
    await addUser(store, 'after@example.org')
    expect(await emails(store)).toEqual(['after@example.org', 'before@example.org'])
    expect(writer?.pragma('integrity_check', { simple: true })).toBe('ok')
  } finally {
    await store.close()
  }
})
