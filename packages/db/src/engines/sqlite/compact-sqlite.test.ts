import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { insertUser } from '../../queries/users.ts'
import { openStore } from '../../open-store.ts'
import { compactSqlite } from './compact-sqlite.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prebook-compact-'))
})
afterAll(() => rm(folder, { recursive: true }))

const person = (email: string) => ({ email, passwordHash: 'x', role: 'reader', now: 1 }) as const

const PAGE_BYTES = 4096

/**
 * Writes a text into the unused space of a page with rows, where SQLite may leave one: between the list of its cells and their
 * content (https://www.sqlite.org/fileformat2.html#b_tree_pages).
 */
function leave(file: string, text: string): void {
  const bytes = readFileSync(file)
  for (let page = PAGE_BYTES; page < bytes.length; page += PAGE_BYTES) {
    const isLeafOfTable = bytes[page] === 13
    const cells = bytes.readUInt16BE(page + 3)
    const [from, to] = [8 + 2 * cells, bytes.readUInt16BE(page + 5)]
    if (!isLeafOfTable || cells === 0 || to - from < text.length) continue
    bytes.write(text, page + from, 'latin1')
    writeFileSync(file, bytes)
    return
  }
  throw new Error('No page has so much unused space.')
}

describe('compacting a SQLite database', () => {
  test('leaves no address in unused space, and every row in its place', async () => {
    const file = join(folder, 'changed.db')
    const address = 'erased.long.ago@example.org'
    const store = await openStore(`file:${file}`)
    await store.write((tx) => insertUser(tx, person('one@example.org')))
    await store.close()
    leave(file, address)
    const isLeft = () => readFileSync(file).includes(address)
    const rows = () => {
      const database = new Sqlite(file, { readonly: true })
      const read = database.prepare('select id, email from users order by id').all()
      database.close()
      return read
    }
    const before = rows()
    expect([isLeft(), before]).toEqual([true, [{ id: 1, email: 'one@example.org' }]])
    const { after } = compactSqlite(`file:${file}`)
    expect([isLeft(), rows()]).toEqual([false, before])
    expect(after).toBe(readFileSync(file).length)
    const again = await openStore(`file:${file}`)
    try {
      expect((await again.write((tx) => insertUser(tx, person('two@example.org'))))?.id).toBe(2)
    } finally {
      await again.close()
    }
  })

  test('is refused while a service uses the database', async () => {
    const file = join(folder, 'open.db')
    const store = await openStore(`file:${file}`)
    try {
      expect(() => compactSqlite(`file:${file}`)).toThrow('is in use: stop the service first')
    } finally {
      await store.close()
    }
    compactSqlite(`file:${file}`)
  })

  test('is refused for other files', () => {
    const file = join(folder, 'other.db')
    const other = new Sqlite(file)
    other.exec('create table t (x)')
    other.close()
    writeFileSync(join(folder, 'text.db'), 'a text that is long enough to be no database at all')
    expect(() => compactSqlite(`file:${file}`)).toThrow('is not a Prebook database')
    expect(() => compactSqlite(`file:${join(folder, 'text.db')}`)).toThrow('is not a SQLite database')
    expect(() => compactSqlite(`file:${join(folder, 'none.db')}`)).toThrow('There is no database')
  })
})
