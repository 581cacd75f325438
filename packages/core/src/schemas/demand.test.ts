import { describe, expect, test } from 'vitest'
import { DemandTopInput, DemandWaitlistInput } from './demand.ts'

describe.each([
  { name: 'demand.top', schema: DemandTopInput, least: {} },
  { name: 'demand.waitlist', schema: DemandWaitlistInput, least: { bookId: 1 } },
])('$name', ({ schema, least }) => {
  test('means the last week by lately unless told', () => {
    expect(schema.parse(least)).toMatchObject({ days: 7 })
  })

  test.each([1, 365])('takes %d days', (days) => {
    expect(schema.parse({ ...least, days })).toMatchObject({ days })
  })

  test.each([0, -1, 1.5, 366, '7', null])('refuses %s days', (days) => {
    expect(schema.safeParse({ ...least, days }).success).toBe(false)
  })
})
