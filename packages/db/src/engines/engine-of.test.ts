import { describe, expect, test } from 'vitest'
import { engines } from '../testing/index.ts'
import { engineOf } from './engine-of.ts'

describe.each(engines)('the engine on $name', (engine) => {
  test('is known from a reader and from a transaction', async () => {
    await using database = await engine.create()
    const { store } = database
    expect(await store.read(async (reader) => engineOf(reader))).toBe(engine.name)
    expect(await store.write(async (tx) => engineOf(tx))).toBe(engine.name)
    expect(await store.writeOnBook(1, 'shared', async (tx) => engineOf(tx))).toBe(engine.name)
  })
})
