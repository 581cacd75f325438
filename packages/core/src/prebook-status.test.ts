import { describe, expect, test } from 'vitest'
import { prebookNotifiedAt, prebookStatus, type PrebookFacts } from './prebook-status.ts'

type Case = PrebookFacts & { status: ReturnType<typeof prebookStatus>; notifiedAt: number | null }

// Every combination of the three facts, including those that the database schema rules out.
const cases: Case[] = [
  { cancelledAt: null, cancelledFrom: null, waitlistNotifiedAt: null, status: 'waiting', notifiedAt: null },
  { cancelledAt: null, cancelledFrom: null, waitlistNotifiedAt: 70, status: 'notified', notifiedAt: 70 },
  {
    cancelledAt: 50,
    cancelledFrom: 'waiting',
    waitlistNotifiedAt: null,
    status: 'cancelled',
    notifiedAt: null,
  },
  {
    cancelledAt: 50,
    cancelledFrom: 'waiting',
    waitlistNotifiedAt: 70,
    status: 'cancelled',
    notifiedAt: null,
  },
  { cancelledAt: 90, cancelledFrom: 'notified', waitlistNotifiedAt: 70, status: 'cancelled', notifiedAt: 70 },
  {
    cancelledAt: 90,
    cancelledFrom: 'notified',
    waitlistNotifiedAt: null,
    status: 'cancelled',
    notifiedAt: null,
  },
  { cancelledAt: 90, cancelledFrom: null, waitlistNotifiedAt: null, status: 'cancelled', notifiedAt: null },
  { cancelledAt: 90, cancelledFrom: null, waitlistNotifiedAt: 70, status: 'cancelled', notifiedAt: 70 },
  {
    cancelledAt: null,
    cancelledFrom: 'waiting',
    waitlistNotifiedAt: null,
    status: 'waiting',
    notifiedAt: null,
  },
  {
    cancelledAt: null,
    cancelledFrom: 'waiting',
    waitlistNotifiedAt: 70,
    status: 'notified',
    notifiedAt: null,
  },
  {
    cancelledAt: null,
    cancelledFrom: 'notified',
    waitlistNotifiedAt: null,
    status: 'waiting',
    notifiedAt: null,
  },
  {
    cancelledAt: null,
    cancelledFrom: 'notified',
    waitlistNotifiedAt: 70,
    status: 'notified',
    notifiedAt: 70,
  },
  // 0 is a valid time (1 January 1970), not a missing one.
  { cancelledAt: null, cancelledFrom: null, waitlistNotifiedAt: 0, status: 'notified', notifiedAt: 0 },
  {
    cancelledAt: 0,
    cancelledFrom: 'waiting',
    waitlistNotifiedAt: null,
    status: 'cancelled',
    notifiedAt: null,
  },
]

describe.each(cases)(
  'cancelled at $cancelledAt from $cancelledFrom, waitlist closed at $waitlistNotifiedAt',
  ({ status, notifiedAt, ...facts }) => {
    test(`is ${status}`, () => {
      expect(prebookStatus(facts)).toBe(status)
    })

    test(`was notified at ${notifiedAt}`, () => {
      expect(prebookNotifiedAt(facts)).toBe(notifiedAt)
    })
  },
)

test('the status does not depend on the order of the times, since clocks can go backwards', () => {
  const facts = { cancelledAt: 10, cancelledFrom: 'notified', waitlistNotifiedAt: 99 } as const
  expect(prebookStatus(facts)).toBe('cancelled')
  expect(prebookNotifiedAt(facts)).toBe(99)
})
