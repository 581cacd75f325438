import { expect, test } from 'vitest'
import type { Reader } from '../database.ts'
import { engines } from '../testing/index.ts'
import { addUser } from '../testing/rows.ts'
import { preparedQuery, type Params } from './prepared-query.ts'

/** A query with a parameter that is used twice and a literal, and a count of how often it was built. */
function counted() {
  let built = 0
  const query = preparedQuery((reader: Reader, params: Params<{ after: number; text: string }>) => {
    built += 1
    return reader
      .selectFrom('users')
      .select('email')
      .where('id', '>', params.after)
      .where((eb) =>
        eb.or([eb('email', '=', params.text), eb('role', '=', 'admin'), eb('id', '=', params.after)]),
      )
      .orderBy('id')
  })
  return { query, built: () => built }
}

test.each(engines)('on $name a query is built once, and each run uses its own values', async (engine) => {
  await using database = await engine.create()
  const { store } = database
  const { query, built } = counted()
  const [first] = await store.write(async (tx) => [
    await addUser(tx, { email: 'a' }),
    await addUser(tx, { email: 'b' }),
    await addUser(tx, { email: 'c', role: 'admin' }),
  ])
  const run = (after: number, text: string) => store.read((reader) => query(reader, { after, text }))
  const runs = await Promise.all([run(0, 'a'), run(0, 'b'), run(first, 'a'), run(first + 2, 'c')])
  const emails = runs.map((rows) => rows.map((row) => row.email))
  expect(emails).toEqual([['a', 'c'], ['b', 'c'], ['c'], []])
  expect(built()).toBe(1)
})

test.each(engines)('on $name it sees the writes of its transaction', async (engine) => {
  await using database = await engine.create()
  const { query } = counted()
  const inside = await database.store.write(async (tx) => {
    await addUser(tx, { email: 'new' })
    return query(tx, { after: 0, text: 'new' })
  })
  expect(inside).toEqual([{ email: 'new' }])
})

test('works on several engines at once, each with its own SQL', async () => {
  const { query, built } = counted()
  for (const engine of [...engines, ...engines]) {
    await using database = await engine.create()
    await database.store.write((tx) => addUser(tx, { email: engine.name }))
    const rows = await database.store.read((reader) => query(reader, { after: 0, text: engine.name }))
    expect(rows).toEqual([{ email: engine.name }])
  }
  expect(built()).toBe(2 * engines.length)
})
