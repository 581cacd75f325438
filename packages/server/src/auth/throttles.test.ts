import { describe, expect, test } from 'vitest'
import { createThrottles, network } from './throttles.ts'

describe('throttles', () => {
  test('let as many failures through as they are told, from one address', async () => {
    const throttles = createThrottles({ registrationsPerHour: 1, loginFailuresPerHour: 3 })
    for (const name of ['a', 'b', 'c']) await throttles.login('192.0.2.1', name)
    await expect(throttles.login('192.0.2.1', 'd')).rejects.toMatchObject({ reason: 'RATE_LIMITED' })
    await expect(throttles.login('192.0.2.2', 'd')).resolves.toBeTypeOf('function')
  })

  test('let as many failures through for one account, from wherever they come', async () => {
    const throttles = createThrottles({ registrationsPerHour: 1, loginFailuresPerHour: 3 })
    for (const host of [1, 2, 3]) await throttles.login(`192.0.2.${host}`, 'a')
    await expect(throttles.login('192.0.2.4', 'a')).rejects.toMatchObject({ reason: 'RATE_LIMITED' })
  })

  test('take back a sign-in that succeeded', async () => {
    const throttles = createThrottles({ registrationsPerHour: 1, loginFailuresPerHour: 1 })
    for (let times = 0; times < 10; times += 1) {
      const succeeded = await throttles.login('192.0.2.1', 'a')
      await expect(succeeded()).resolves.toBeUndefined()
    }
  })

  test('count guesses sent at once one by one, and say when to come back', async () => {
    const throttles = createThrottles({ registrationsPerHour: 1, loginFailuresPerHour: 5 })
    const tries = await Promise.allSettled(
      Array.from({ length: 50 }, () => throttles.login('192.0.2.1', 'a')),
    )
    const refused = tries.filter((attempt) => attempt.status === 'rejected')
    expect(refused).toHaveLength(45)
    const seconds = refused.map((attempt) => Number(Reflect.get(Object(attempt.reason), 'retryAfterSeconds')))
    expect(Math.min(...seconds)).toBeGreaterThan(3_500)
    expect(Math.max(...seconds)).toBeLessThanOrEqual(3_600)
  })
})

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002::6', '2001:db8:1:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('the address %s counts as %s', (address, expected) => {
  expect(network(address)).toBe(expected)
})
