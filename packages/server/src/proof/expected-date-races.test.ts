import { bound } from '@prebook/testing/bounds'
import { describe, expect, test } from 'vitest'
import { engines } from '@prebook/db/testing'
import { expectAgainstCreate, expectAgainstWithdrawal } from './expected-date-races.ts'
import { createRaceFixture } from './race-fixture.ts'

const BOUND_MS = bound(240_000)

describe.each(engines)('on $name', (engine) => {
  test('every reader who waits knows the date, under concurrency', { timeout: BOUND_MS }, async () => {
    await using shop = await createRaceFixture(engine, { locks: true })
    expect(await expectAgainstCreate(shop, 200)).toEqual([])
  })

  test('a book that is withdrawn meanwhile has no date', { timeout: BOUND_MS }, async () => {
    await using shop = await createRaceFixture(engine, { locks: true })
    expect(await expectAgainstWithdrawal(shop, 200)).toEqual([])
  })

  test('without the lock, the same race detects one that has', { timeout: BOUND_MS }, async () => {
    await using shop = await createRaceFixture(engine, { locks: false })
    expect(await expectAgainstWithdrawal(shop, 400)).not.toEqual([])
  })

  test('without the lock, the same race detects readers who do not', { timeout: BOUND_MS }, async () => {
    await using shop = await createRaceFixture(engine, { locks: false })
    expect(await expectAgainstCreate(shop, 400)).not.toEqual([])
  })
})
