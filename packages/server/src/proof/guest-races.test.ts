import { bound } from '@prebook/testing/bounds'
import { describe, expect, test } from 'vitest'
import { engines } from '@prebook/db/testing'
import { confirmAgainstEnd, confirmAgainstErasure, confirmAgainstItself } from './guest-races.ts'
import { createRaceFixture } from './race-fixture.ts'

const BOUND_MS = bound(240_000)

describe.each(engines)('on $name', (engine) => {
  describe.each(['restock', 'withdrawal'] as const)('against a %s', (end) => {
    test('a guest who confirms is refused or one of those it is about', { timeout: BOUND_MS }, async () => {
      await using shop = await createRaceFixture(engine, { locks: true })
      expect(await confirmAgainstEnd(shop, end, 200)).toEqual([])
    })

    test('without the lock, the same race detects guests left waiting', { timeout: BOUND_MS }, async () => {
      await using shop = await createRaceFixture(engine, { locks: false })
      const isWanted = (violation: string) => violation.includes('wait for a book that is in stock')
      const isEnough = (violations: readonly string[]) => violations.some(isWanted)
      expect(isEnough(await confirmAgainstEnd(shop, end, 4_000, isEnough))).toBe(true)
    })
  })

  test('an account that is erased meanwhile waits for nothing', { timeout: BOUND_MS }, async () => {
    await using shop = await createRaceFixture(engine, { locks: true })
    expect(await confirmAgainstErasure(shop, 100)).toEqual([])
  })

  test('one link makes one prebook, however often it is clicked at once', { timeout: BOUND_MS }, async () => {
    await using shop = await createRaceFixture(engine, { locks: true })
    expect(await confirmAgainstItself(shop, { rounds: 10 })).toEqual([])
  })

  test('with a link for each click, the same race detects more than one', { timeout: BOUND_MS }, async () => {
    await using shop = await createRaceFixture(engine, { locks: true })
    expect(await confirmAgainstItself(shop, { rounds: 20, links: 'many' })).toContainEqual(
      expect.stringMatching(/there are \d+ prebooks/),
    )
  })
})
