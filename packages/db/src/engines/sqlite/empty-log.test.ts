import { statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { add, openHooked } from '../../testing/hooked-sqlite.ts'

test('the log is emptied between commits, however many writes there are', async () => {
  await using database = await openHooked()
  const { store, other } = database
  const writes = Array.from({ length: 50 }, (_, index) => store.write(add(`reader${index}`)))
  const emptied = store.emptyLog()
  const later = Array.from({ length: 50 }, (_, index) => store.write(add(`late${index}`)))
  await Promise.all([...writes, ...later])
  expect(await emptied).toBe(true)
  expect(await store.emptyLog()).toBe(true)
  expect(statSync(`${other.name}-wal`).size).toBe(0)
  expect(database.names()).toHaveLength(100)
})

test('a log that another process reads stays, and the caller learns it', async () => {
  await using database = await openHooked()
  const { store, other } = database
  await store.write(add('ada'))
  other.exec('begin')
  expect(database.names()).toEqual(['ada'])
  await store.write(add('ben'))
  expect(await store.emptyLog()).toBe(false)
  expect(database.names()).toEqual(['ada'])
  other.exec('commit')
  expect(await store.emptyLog()).toBe(true)
  expect(database.names()).toEqual(['ada', 'ben'])
})
