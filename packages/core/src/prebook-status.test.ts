import { describe, expect, test } from 'vitest'
import {
  cancelledBy,
  prebookCancelledAt,
  prebookNotifiedAt,
  prebookStatus,
  type PrebookFacts,
} from './prebook-status.ts'

const none: PrebookFacts = {
  cancelledAt: null,
  cancelledFrom: null,
  waitlistWithdrawnAt: null,
  waitlistNotifiedAt: null,
}

const waiting = { status: 'waiting', by: null, cancelledAt: null, notifiedAt: null } as const
const notified = (at: number | null) => ({ ...waiting, status: 'notified', notifiedAt: at }) as const
const byReader = (at: number, notifiedAt: number | null = null) =>
  ({ status: 'cancelled', by: 'reader', cancelledAt: at, notifiedAt }) as const
const byShop = (at: number, notifiedAt: number | null = null) =>
  ({ status: 'cancelled', by: 'shop', cancelledAt: at, notifiedAt }) as const

// Every combination of the four facts, including those that the database schema rules out.
const cases: [facts: Partial<PrebookFacts>, shown: object][] = [
  [{}, waiting],
  [{ waitlistNotifiedAt: 70 }, notified(70)],
  [{ cancelledFrom: 'waiting' }, waiting],
  [{ cancelledFrom: 'waiting', waitlistNotifiedAt: 70 }, notified(null)],
  [{ cancelledFrom: 'notified' }, waiting],
  [{ cancelledFrom: 'notified', waitlistNotifiedAt: 70 }, notified(70)],
  [{ cancelledAt: 50 }, byReader(50)],
  [{ cancelledAt: 90, waitlistNotifiedAt: 70 }, byReader(90, 70)],
  [{ cancelledAt: 50, cancelledFrom: 'waiting' }, byReader(50)],
  [{ cancelledAt: 50, cancelledFrom: 'waiting', waitlistNotifiedAt: 70 }, byReader(50)],
  [{ cancelledAt: 90, cancelledFrom: 'notified' }, byReader(90)],
  [{ cancelledAt: 90, cancelledFrom: 'notified', waitlistNotifiedAt: 70 }, byReader(90, 70)],
  [{ waitlistWithdrawnAt: 60 }, byShop(60)],
  [{ waitlistWithdrawnAt: 60, waitlistNotifiedAt: 70 }, byShop(60, 70)],
  [{ waitlistWithdrawnAt: 60, cancelledFrom: 'waiting' }, byShop(60)],
  [{ waitlistWithdrawnAt: 60, cancelledFrom: 'waiting', waitlistNotifiedAt: 70 }, byShop(60)],
  [{ waitlistWithdrawnAt: 60, cancelledFrom: 'notified' }, byShop(60)],
  [{ waitlistWithdrawnAt: 60, cancelledFrom: 'notified', waitlistNotifiedAt: 70 }, byShop(60, 70)],
  // A reader who cancelled before the withdrawal did so, and the withdrawal changes nothing about it.
  [{ waitlistWithdrawnAt: 60, cancelledAt: 50 }, byReader(50)],
  [{ waitlistWithdrawnAt: 60, cancelledAt: 50, waitlistNotifiedAt: 70 }, byReader(50, 70)],
  [{ waitlistWithdrawnAt: 60, cancelledAt: 50, cancelledFrom: 'waiting' }, byReader(50)],
  [
    { waitlistWithdrawnAt: 60, cancelledAt: 50, cancelledFrom: 'waiting', waitlistNotifiedAt: 70 },
    byReader(50),
  ],
  [{ waitlistWithdrawnAt: 60, cancelledAt: 90, cancelledFrom: 'notified' }, byReader(90)],
  [
    { waitlistWithdrawnAt: 60, cancelledAt: 90, cancelledFrom: 'notified', waitlistNotifiedAt: 70 },
    byReader(90, 70),
  ],
  // 0 is a valid time (1 January 1970), not a missing one.
  [{ waitlistNotifiedAt: 0 }, notified(0)],
  [{ waitlistWithdrawnAt: 0 }, byShop(0)],
  [{ cancelledAt: 0, cancelledFrom: 'waiting' }, byReader(0)],
]

describe('the status, who cancelled, and both times', () => {
  test.each(cases)('follow from %o', (some, shown) => {
    const facts = { ...none, ...some }
    expect({
      status: prebookStatus(facts),
      by: cancelledBy(facts),
      cancelledAt: prebookCancelledAt(facts),
      notifiedAt: prebookNotifiedAt(facts),
    }).toEqual(shown)
  })

  test('are given for every combination', () => {
    const combinations = cases.map(([facts]) =>
      [
        facts.cancelledAt != null,
        facts.cancelledFrom ?? null,
        facts.waitlistWithdrawnAt != null,
        facts.waitlistNotifiedAt != null,
      ].join(),
    )
    expect(new Set(combinations).size).toBe(2 * 3 * 2 * 2)
  })

  test('do not depend on the order of the times, since clocks can go backwards', () => {
    const facts = { ...none, cancelledAt: 10, cancelledFrom: 'notified', waitlistNotifiedAt: 99 } as const
    expect(prebookStatus(facts)).toBe('cancelled')
    expect(prebookNotifiedAt(facts)).toBe(99)
    const withdrawn = { ...none, cancelledAt: 99, cancelledFrom: 'waiting', waitlistWithdrawnAt: 10 } as const
    expect(cancelledBy(withdrawn)).toBe('reader')
    expect(prebookCancelledAt(withdrawn)).toBe(99)
  })
})
