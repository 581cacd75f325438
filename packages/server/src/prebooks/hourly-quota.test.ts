import { describe, expect, test } from 'vitest'
import { createHourlyQuota } from './hourly-quota.ts'

const HOUR_MS = 3_600_000
const made = async () => 'made'
const notMade = () => Promise.reject(new Error('not made'))

function quota(limit: number, mostAccounts?: number) {
  const clock = { now: 1_000 }
  const hourly = createHourlyQuota(limit, () => clock.now, mostAccounts)
  const use = (userId: number, make: () => Promise<string>) => hourly.use(userId, make)
  return { clock, use, make: (userId: number) => use(userId, made) }
}

describe('an hourly quota', () => {
  test('allows as many as its limit, then says when the hour is over', async () => {
    const { clock, make } = quota(3)
    for (let count = 0; count < 3; count += 1) expect(await make(1)).toBe('made')
    clock.now += 600_000
    await expect(make(1)).rejects.toMatchObject({
      reason: 'RATE_LIMITED',
      message: 'You can make up to 3 pre-bookings an hour. Try again later.',
      retryAfterSeconds: 3_000,
    })
    clock.now += HOUR_MS - 600_000 - 1
    await expect(make(1)).rejects.toMatchObject({ retryAfterSeconds: 1 })
    clock.now += 1
    for (let count = 0; count < 3; count += 1) expect(await make(1)).toBe('made')
    await expect(make(1)).rejects.toMatchObject({ retryAfterSeconds: 3_600 })
  })

  test('does not outlast a clock that was ahead', async () => {
    const { clock, make } = quota(1)
    clock.now += 5 * HOUR_MS
    await make(1)
    clock.now -= 5 * HOUR_MS
    await make(1)
    await expect(make(1)).rejects.toMatchObject({ retryAfterSeconds: 3_600 })
  })

  test('counts each account separately', async () => {
    const { make } = quota(1)
    await make(1)
    await make(2)
    await expect(make(1)).rejects.toMatchObject({ reason: 'RATE_LIMITED' })
  })

  test('does not count what is not made, nor does that begin the hour', async () => {
    const { clock, use, make } = quota(2)
    for (let count = 0; count < 5; count += 1) await expect(use(1, notMade)).rejects.toThrow('not made')
    clock.now += HOUR_MS - 1
    await make(1)
    clock.now += 1
    await make(1)
    await expect(make(1)).rejects.toMatchObject({ retryAfterSeconds: 3_600 })
  })

  test('is exact for concurrent calls, and gives back what fails', async () => {
    const { use, make } = quota(2)
    const held = Promise.withResolvers<string>()
    const first = use(1, () => held.promise)
    await make(1)
    await expect(make(1)).rejects.toMatchObject({ reason: 'RATE_LIMITED' })
    held.reject(new Error('not made'))
    await expect(first).rejects.toThrow('not made')
    await make(1)
    await expect(make(1)).rejects.toMatchObject({ reason: 'RATE_LIMITED' })
  })

  test('forgets the accounts whose hours began first when there are too many', async () => {
    const { make } = quota(1, 3)
    for (const userId of [1, 2, 3, 4]) await make(userId)
    for (const userId of [2, 3, 4])
      await expect(make(userId)).rejects.toMatchObject({ reason: 'RATE_LIMITED' })
    await make(1)
  })
})
