import Sqlite from 'better-sqlite3'
import { Kysely, sql } from 'kysely'
import { describe, expect, test, vi } from 'vitest'
import { cacheStatements } from './statement-cache.ts'
import { ImmediateSqliteDialect } from './sqlite-dialect.ts'

/** A real database with the numbers 1 to 5, and a count of how often it prepared each text. */
function numbers() {
  const database = new Sqlite(':memory:')
  database.exec('create table numbers (n integer); insert into numbers values (1), (2), (3), (4), (5)')
  const prepare = vi.spyOn(database, 'prepare')
  return {
    database,
    prepared: (text: string) => prepare.mock.calls.filter(([prepared]) => prepared === text).length,
    [Symbol.dispose]: () => void database.close(),
  }
}

const ALL = 'select n from numbers order by n'

describe('the statement cache', () => {
  test('prepares a text once, however often it runs', () => {
    using source = numbers()
    const cached = cacheStatements(source.database)
    const insert = 'insert into numbers values (?)'
    for (let count = 6; count <= 15; count += 1) expect(cached.prepare(insert).run([count]).changes).toBe(1)
    for (let count = 0; count < 10; count += 1) expect(cached.prepare(ALL).all([])).toHaveLength(15)
    expect([source.prepared(insert), source.prepared(ALL)]).toEqual([1, 1])
  })

  test('distinguishes statements that return rows from others', () => {
    using source = numbers()
    const cached = cacheStatements(source.database)
    expect(cached.prepare(ALL).reader).toBe(true)
    expect(cached.prepare('insert into numbers values (6) returning n').reader).toBe(true)
    expect(cached.prepare('delete from numbers').reader).toBe(false)
  })

  test('does not reuse the values of an earlier run', () => {
    using source = numbers()
    const statement = cacheStatements(source.database).prepare(
      'select n from numbers where n between ? and ?',
    )
    expect(statement.all([2, 3])).toEqual([{ n: 2 }, { n: 3 }])
    expect(statement.all([5, 9])).toEqual([{ n: 5 }])
    expect(() => statement.all([1])).toThrow(RangeError)
  })

  test('gives every iterator its own statement, so that others can run meanwhile', () => {
    using source = numbers()
    const statement = cacheStatements(source.database).prepare(ALL)
    const first = statement.iterate([])
    expect(first.next().value).toEqual({ n: 1 })
    const second = statement.iterate([])
    expect(second.next().value).toEqual({ n: 1 })
    expect(statement.all([])).toHaveLength(5)
    expect(Array.from(first)).toEqual([{ n: 2 }, { n: 3 }, { n: 4 }, { n: 5 }])
    expect(second.next().value).toEqual({ n: 2 })
    second.return?.()
    expect(source.prepared(ALL)).toBe(3)
  })

  test('does not cache a text that could not be prepared', () => {
    using source = numbers()
    const cached = cacheStatements(source.database)
    expect(() => cached.prepare('select m from later')).toThrow(/no such table/)
    source.database.exec('create table later (m integer)')
    expect(cached.prepare('select m from later').all([])).toEqual([])
  })

  test('sees a column that was added after the statement was prepared', () => {
    using source = numbers()
    const cached = cacheStatements(source.database)
    const text = 'select * from numbers where n = 1'
    expect(cached.prepare(text).all([])).toEqual([{ n: 1 }])
    source.database.exec(`alter table numbers add column name text default 'one'`)
    expect(cached.prepare(text).all([])).toEqual([{ n: 1, name: 'one' }])
  })

  test('is bounded: a text that was not used for a long time is prepared again', () => {
    using source = numbers()
    const cached = cacheStatements(source.database)
    for (let count = 0; count < 1_000; count += 1) {
      expect(cached.prepare(`select ${count} as n`).all([])).toEqual([{ n: count }])
      cached.prepare(ALL)
    }
    expect(cached.prepare('select 0 as n').all([])).toEqual([{ n: 0 }])
    expect([source.prepared('select 0 as n'), source.prepared(ALL)]).toEqual([2, 1])
  })

  test('closes the database', () => {
    using source = numbers()
    const cached = cacheStatements(source.database)
    cached.prepare(ALL)
    cached.close()
    expect(source.database.open).toBe(false)
    expect(() => cached.prepare(ALL)).toThrow(/not open/)
  })
})

describe('the dialect', () => {
  test('prepares each query, and each begin and commit, once', async () => {
    using source = numbers()
    const db = new Kysely<{ numbers: { n: number } }>({
      dialect: new ImmediateSqliteDialect(source.database),
    })
    for (let count = 0; count < 10; count += 1) {
      await db.transaction().execute(async (tx) => {
        await tx.updateTable('numbers').set({ n: count }).where('n', '=', count).execute()
      })
    }
    expect(source.prepared('update "numbers" set "n" = +? where "n" = +?')).toBe(1)
    expect([source.prepared('begin immediate'), source.prepared('commit'), source.prepared('begin')]).toEqual(
      [1, 1, 0],
    )
  })

  test('streams rows, and the query stays usable after a cancelled stream', async () => {
    using source = numbers()
    const db = new Kysely<{ numbers: { n: number } }>({
      dialect: new ImmediateSqliteDialect(source.database),
    })
    const query = db.selectFrom('numbers').select('n').orderBy('n')
    const streamed: number[] = []
    for await (const { n } of query.stream()) {
      streamed.push(n)
      if (n === 3) break
    }
    expect(streamed).toEqual([1, 2, 3])
    expect(await query.execute()).toHaveLength(5)
    expect(await db.updateTable('numbers').set({ n: 9 }).executeTakeFirst()).toMatchObject({
      numUpdatedRows: 5n,
    })
  })

  test('rethrows the error when SQLite has rolled back on its own', async () => {
    using source = numbers()
    const db = new Kysely<{ numbers: { n: number } }>({
      dialect: new ImmediateSqliteDialect(source.database),
    })
    const attempt = db.transaction().execute(async (tx) => {
      await tx.insertInto('numbers').values({ n: 6 }).execute()
      await sql`insert or rollback into numbers select n from no_such_table`
        .execute(tx)
        .catch(() => undefined)
      await sql`rollback`.execute(tx)
      throw new Error('the original error')
    })
    await expect(attempt).rejects.toThrow('the original error')
    expect(await db.selectFrom('numbers').select('n').execute()).toHaveLength(5)
  })
})
