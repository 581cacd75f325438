import { describe, expect, test } from 'vitest'
import { openStore } from '../open-store.ts'
import { engines } from '../testing/index.ts'
import { addInstallationValue, findInstallationValue } from './installation.ts'

describe.each(engines)('a value of the installation on $name', (engine) => {
  test('is stored once: of concurrent values through two stores, all see the same one', async () => {
    await using database = await engine.create({ lockWaitMs: 25_000 })
    await using second = await openStoreToDispose(database.url)
    const find = () => database.store.read((reader) => findInstallationValue(reader, 'key'))
    expect(await find()).toBeUndefined()
    const seen = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? database : second).store.write(async (tx) => {
          await addInstallationValue(tx, 'key', `value ${index}`)
          return findInstallationValue(tx, 'key')
        }),
      ),
    )
    expect(new Set(seen)).toEqual(new Set([await find()]))
    expect(await find()).toMatch(/^value \d+$/)
  })
})

async function openStoreToDispose(url: string) {
  const store = await openStore(url, { lockWaitMs: 25_000 })
  return { store, [Symbol.asyncDispose]: () => store.close() }
}
