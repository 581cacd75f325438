import { describe, expect, test } from 'vitest'
import { GapTracker } from './gap-tracker.ts'

describe('the ids that were told', () => {
  test('settle one after the other', () => {
    const ids = new GapTracker({ floor: 3 })
    for (const id of [4, 5, 6]) ids.note(id)
    expect(ids.floor).toBe(6)
    expect([3, 6, 7].map((id) => ids.has(id))).toEqual([true, true, false])
  })

  test('stay before a gap until it is filled, and know what came after it', () => {
    const ids = new GapTracker({ floor: 3 })
    ids.note(5)
    ids.note(6)
    expect(ids.floor).toBe(3)
    expect([4, 5, 6].map((id) => ids.has(id))).toEqual([false, true, true])
    ids.note(4)
    expect(ids.floor).toBe(6)
  })

  test('take a gap that lasts for one for good', () => {
    let now = 0
    const ids = new GapTracker({ floor: 3 }, () => now)
    ids.note(5)
    now = 9_999
    ids.note(6)
    expect(ids.floor).toBe(3)
    now = 10_000
    ids.note(9)
    expect(ids.floor).toBe(6)
    now = 20_000
    ids.note(10)
    expect(ids.floor).toBe(10)
  })

  test('remember no more than a thousand after a gap', () => {
    const ids = new GapTracker({ floor: 0 }, () => 0)
    for (let id = 2; id <= 1_001; id += 1) ids.note(id)
    expect(ids.floor).toBe(0)
    ids.note(1_002)
    expect(ids.floor).toBe(1_002)
  })

  test('begin with what is there, gaps included', () => {
    const ids = new GapTracker({ floor: 7, told: [10, 9, 8, 12] })
    expect(ids.floor).toBe(10)
    expect([11, 12].map((id) => ids.has(id))).toEqual([false, true])
  })
})
