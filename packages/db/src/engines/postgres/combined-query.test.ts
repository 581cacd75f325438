import { CompiledQuery } from 'kysely'
import { describe, expect, test } from 'vitest'
import { engines } from '../../testing/index.ts'
import { combinationKey, combine, splitRows } from './combined-query.ts'

const engine = engines.find(({ name }) => name === 'postgres')

describe('queries combine', () => {
  const select = (...parameters: unknown[]) => CompiledQuery.raw('select $1', parameters)

  test('when text and types are the same', () => {
    expect(combinationKey(select(1, 'a'))).toBe(combinationKey(select(2, 'b')))
    expect(combinationKey(select(1))).not.toBe(combinationKey(select('1')))
  })

  test.each([[[]], [[null]], [[1.5]], [[true]], [[1, new Date(0)]]])('never with the values %j', (values) => {
    expect(combinationKey(select(...values))).toBeNull()
  })

  const returning = 'values ($1) on conflict do nothing returning "id"'

  test.each([
    'update books set id = $1',
    'insert into "books" ("id") values ($1) returning "id"',
    'insert into "books" ("id") values ($1) on conflict do update set id = 2 returning "id"',
    `insert into "books" ("id") ${returning.replace('($1)', '($1), ($1)')}`,
  ])('never when the result could be another: %s', (text) => {
    expect(combinationKey(CompiledQuery.raw(text, [1]))).toBeNull()
  })

  test('when they insert a row that may be there already', () => {
    expect(combinationKey(CompiledQuery.raw(`insert into "books" ("id") ${returning}`, [1]))).not.toBeNull()
  })
})

test('a combined query gives each its rows in its own order on postgres', async () => {
  if (engine === undefined) return
  await using database = await engine.create()
  const text = 'select n, $2 as said from generate_series(1, $1) as n order by n desc limit $3'
  const texts = ['plain', 'NULL', '', '{a,"b"}', 'back\\slash', "it's", 'ÅäÖ 👩‍🚀', '"', 'a, b']
  const queries = texts.map(
    (said, index) => ({ sql: text, parameters: [index * 3, said, 5] }) as unknown as CompiledQuery,
  )
  const combined = combine(queries)
  const { rows } = await database.store.read((reader) =>
    reader
      .getExecutor()
      .executeQuery<Record<string, unknown>>(CompiledQuery.raw(combined.sql, combined.parameters)),
  )
  const split = splitRows(rows, queries.length)
  for (const [index, said] of texts.entries()) {
    const most = index * 3
    const expected = Array.from({ length: Math.min(most, 5) }, (_, at) => ({ n: most - at, said }))
    expect(split[index]).toEqual(expected)
  }
})

test('a combined insert answers each for its own row, in order, on postgres', async () => {
  if (engine === undefined) return
  await using database = await engine.create()
  const text =
    'insert into "shelves" ("place", "name") values ($1, $2) on conflict ("place") do nothing returning "id", "name"'
  const inserts = [30, 10, 20, 10, 40].map((place, index) =>
    CompiledQuery.raw(text, [place, `shelf ${index}`]),
  )
  const { sql, parameters } = combine(inserts)
  const rows = await database.store.write(async (tx) => {
    const run = async (query: CompiledQuery) => tx.getExecutor().executeQuery<Record<string, unknown>>(query)
    await run(CompiledQuery.raw('create table shelves (id bigserial, place bigint unique, name text)'))
    await run(CompiledQuery.raw("insert into shelves (place, name) values (20, 'an old one')"))
    return (await run(CompiledQuery.raw(sql, parameters))).rows
  })
  const [first, second, existing, same, last] = splitRows(rows, inserts.length)
  expect(first).toEqual([{ id: 2, name: 'shelf 0' }])
  expect(second).toEqual([{ id: 3, name: 'shelf 1' }])
  expect(existing).toEqual([])
  expect(same).toEqual([])
  expect(last).toEqual([{ id: expect.any(Number), name: 'shelf 4' }])
})
