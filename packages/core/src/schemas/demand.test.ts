import { describe, expect, test } from 'vitest'
import { limits } from '../limits.ts'
import { DemandOrderListInput, DemandTopInput, DemandWaitlistInput } from './demand.ts'

describe.each([
  { name: 'demand.top', schema: DemandTopInput, minimum: {} },
  { name: 'demand.orderList', schema: DemandOrderListInput, minimum: {} },
  { name: 'demand.waitlist', schema: DemandWaitlistInput, minimum: { bookId: 1 } },
])('$name', ({ schema, minimum }) => {
  test('covers the last 7 days by default', () => {
    const { days = limits.demandDays.default } = schema.parse(minimum)
    expect(days).toBe(7)
  })

  test.each([1, 365])('accepts %d days', (days) => {
    expect(schema.parse({ ...minimum, days })).toMatchObject({ days })
  })

  test.each([0, -1, 1.5, 366, '7', null])('rejects %s days', (days) => {
    expect(schema.safeParse({ ...minimum, days }).success).toBe(false)
  })
})

describe.each([
  { name: 'demand.top', schema: DemandTopInput },
  { name: 'demand.orderList', schema: DemandOrderListInput },
])('since of $name', ({ schema }) => {
  test.each(['2026-11-28', '2028-02-29'])('may be %s', (since) => {
    expect(schema.parse({ since })).toMatchObject({ since })
  })

  test.each([
    '2027-02-29',
    '2026-11-31',
    '2026-13-01',
    '2026-11',
    '28.11.2026',
    '7d',
    '',
    '2026-11-28T00:00Z',
    7,
  ])('is not %j', (since) => {
    const message = typeof since === 'string' ? 'Must be a day of the calendar, such as 2026-11-28.' : /./
    expect(schema.safeParse({ since }).error?.issues).toMatchObject([
      { path: ['since'], message: expect.stringMatching(message) },
    ])
  })

  test('is not together with days', () => {
    expect(schema.safeParse({ since: '2026-11-28', days: 7 }).error?.issues).toMatchObject([
      { path: ['since'], message: 'Use either days or since, not both.' },
    ])
  })
})

describe('readersPerCopy of demand.orderList', () => {
  test.each([1, 3, 1_000])('may be %d', (readersPerCopy) => {
    expect(DemandOrderListInput.parse({ readersPerCopy })).toMatchObject({ readersPerCopy })
  })

  test.each([0, -3, 1.5, 1_001, '3', null])('is not %j', (readersPerCopy) => {
    expect(DemandOrderListInput.safeParse({ readersPerCopy }).success).toBe(false)
  })
})
