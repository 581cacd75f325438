import { describe, expect, test } from 'vitest'
import { DemandTopInput, DemandWaitlistInput } from './demand.ts'

describe.each([
  { name: 'demand.top', schema: DemandTopInput, minimum: {} },
  { name: 'demand.waitlist', schema: DemandWaitlistInput, minimum: { bookId: 1 } },
])('$name', ({ schema, minimum }) => {
  test('covers the last 7 days by default', () => {
    expect(schema.parse(minimum)).toMatchObject({ days: 7 })
  })

  test.each([1, 365])('accepts %d days', (days) => {
    expect(schema.parse({ ...minimum, days })).toMatchObject({ days })
  })

  test.each([0, -1, 1.5, 366, '7', null])('rejects %s days', (days) => {
    expect(schema.safeParse({ ...minimum, days }).success).toBe(false)
  })
})
