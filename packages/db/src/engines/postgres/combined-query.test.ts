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

  test('never when they change rows', () => {
    const update = CompiledQuery.raw('update books set id = $1', [1])
    expect(combinationKey(update)).toBeNull()
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
