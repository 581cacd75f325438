import { describe, expect, test } from 'vitest'
import { GapTracker } from './gap-tracker.ts'

describe('GapTracker', () => {
  test('advances the floor over consecutive ids', () => {
    const ids = new GapTracker({ floor: 3 })
    for (const id of [4, 5, 6]) ids.record(id)
    expect(ids.floor).toBe(6)
    expect([3, 6, 7].map((id) => ids.has(id))).toEqual([true, true, false])
  })

  test('keeps the floor before a gap until it is filled, and remembers the ids after it', () => {
    const ids = new GapTracker({ floor: 3 })
    ids.record(5)
    ids.record(6)
    expect(ids.floor).toBe(3)
    expect([4, 5, 6].map((id) => ids.has(id))).toEqual([false, true, true])
    ids.record(4)
    expect(ids.floor).toBe(6)
  })

  test('treats a gap as permanent after ten seconds', () => {
    let now = 0
    const ids = new GapTracker({ floor: 3 }, () => now)
    ids.record(5)
    now = 9_999
    ids.record(6)
    expect(ids.floor).toBe(3)
    now = 10_000
    ids.record(9)
    expect(ids.floor).toBe(6)
    now = 20_000
    ids.record(10)
    expect(ids.floor).toBe(10)
  })

  test('remembers at most a thousand ids after a gap', () => {
    const ids = new GapTracker({ floor: 0 }, () => 0)
    for (let id = 2; id <= 1_001; id += 1) ids.record(id)
    expect(ids.floor).toBe(0)
    ids.record(1_002)
    expect(ids.floor).toBe(1_002)
  })

  test('starts with ids that were already sent, including gaps', () => {
    const ids = new GapTracker({ floor: 7, sent: [10, 9, 8, 12] })
    expect(ids.floor).toBe(10)
    expect([11, 12].map((id) => ids.has(id))).toEqual([false, true])
  })
})
