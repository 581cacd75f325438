import { bound } from '@prebook/testing/bounds'
import { describe, expect, test } from 'vitest'
import { engines, type TestEngine } from '@prebook/db/testing'
import { createRaceFixture } from './race-fixture.ts'
import {
  cancelAgainstRestock,
  createAgainstItself,
  createAgainstRestock,
  everythingAtOnce,
  restockAgainstRestock,
} from './races.ts'

const BOUND_MS = bound(240_000)

/** Twenty at once, who take as many connections as two processes have on a server. */
const CROWD = 9

describe.each(engines)('on $name', (engine) => {
  describe('whatever happens at once', () => {
    test('nobody is left waiting for a book that is in stock', { timeout: BOUND_MS }, async () => {
      await using shop = await createRaceFixture(engine, { locks: true })
      expect(await createAgainstRestock(shop, 100)).toEqual([])
    })

    test('of two restocks one broadcasts', { timeout: BOUND_MS }, async () => {
      await using shop = await createRaceFixture(engine, { locks: true })
      expect(await restockAgainstRestock(shop, 100)).toEqual([])
    })

    test('one person gets one place', { timeout: BOUND_MS }, async () => {
      await using shop = await createRaceFixture(engine, { locks: true })
      expect(await createAgainstItself(shop, 5)).toEqual([])
    })

    test('a cancelled prebook shows what it was told, and is counted so', { timeout: BOUND_MS }, async () => {
      await using shop = await createRaceFixture(engine, { locks: true })
      expect(await cancelAgainstRestock(shop, 150)).toEqual([])
    })

    test(
      'a crowd that joins and leaves between restocks finds everything in order',
      { timeout: BOUND_MS },
      async () => {
        await using shop = await createRaceFixture(engine, { locks: true, readers: CROWD })
        expect(await everythingAtOnce(shop, 15)).toEqual([])
      },
    )

    test('several starts on an empty database all come up', { timeout: BOUND_MS }, async () => {
      expect(await startsAtOnce(engine, { locks: true }, 25)).toEqual([])
    })
  })

  describe('with the lock taken out, the same races notice', () => {
    test('people left waiting', { timeout: BOUND_MS }, async () => {
      await using shop = await createRaceFixture(engine, { locks: false })
      expect(await createAgainstRestock(shop, 200)).toContainEqual(
        expect.stringContaining('wait for a book that is in stock'),
      )
    })

    test('restocks that trip over each other', { timeout: BOUND_MS }, async () => {
      await using shop = await createRaceFixture(engine, { locks: false })
      expect(await restockAgainstRestock(shop, 200)).not.toEqual([])
    })

    test('cancellations that change what was counted', { timeout: BOUND_MS }, async () => {
      await using shop = await createRaceFixture(engine, { locks: false })
      expect(await cancelAgainstRestock(shop, 300)).not.toEqual([])
    })

    test('a crowd that finds things in disorder', { timeout: BOUND_MS }, async () => {
      await using shop = await createRaceFixture(engine, { locks: false, readers: CROWD })
      expect(await everythingAtOnce(shop, 30)).not.toEqual([])
    })

    test('starts that trip over each other', { timeout: BOUND_MS }, async () => {
      expect(await startsAtOnce(engine, { locks: false }, 100)).not.toEqual([])
    })
  })

  test('with the index on live prebooks dropped, the race for one place notices', async () => {
    await using shop = await createRaceFixture(engine, { locks: true })
    await shop.store.write((tx) => tx.schema.dropIndex('prebooks_live').execute())
    expect(await createAgainstItself(shop, 1)).not.toEqual([])
  })
})

/** Opens an empty database three times at once, again and again, and names what went wrong. */
async function startsAtOnce(
  engine: TestEngine,
  options: { locks: boolean },
  rounds: number,
): Promise<string[]> {
  const violations: string[] = []
  for (let round = 0; round < rounds && violations.length < 10; round += 1) {
    await using empty = await engine.createEmpty()
    const starts = Array.from({ length: 3 }, () => engine.openForRaces(empty.url, options))
    const outcomes = await Promise.allSettled(starts)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') violations.push(String(outcome.reason))
      else await outcome.value.close()
    }
  }
  return violations
}
