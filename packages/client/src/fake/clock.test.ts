import { WAIT } from '@prebook/testing/bounds'
import { describe, expect, test, vi } from 'vitest'
import { explainError, isPrebookError } from '../index.ts'
import { caught } from '../testing/caught.ts'
import { createFakePrebook } from './index.ts'

describe('the clock', () => {
  test('is set and moves forward only', () => {
    const { clock } = createFakePrebook()
    clock.set('2026-02-01T00:00:00.000Z')
    clock.set(clock.now())
    clock.advance(0)
    clock.advance(1)
    for (const milliseconds of [NaN, Infinity, '1'])
      expect(() => clock.advance(milliseconds as number)).toThrow(
        new TypeError('clock.advance: Must be a number.'),
      )
    expect(() => clock.advance(-1)).toThrow(new TypeError('clock.advance: Must be at least 0.'))
    expect(() => clock.advance(1e300)).toThrow('is not a time')
    expect(() => clock.set('soon')).toThrow(new TypeError('clock.set: soon is not a time.'))
    expect(() => clock.set('2026-02-01')).toThrow(
      new TypeError('clock.set: Must not be before 2026-02-01T00:00:00.001Z, the present time.'),
    )
    expect(new Date(clock.now()).toISOString()).toBe('2026-02-01T00:00:00.001Z')
  })

  test('ends sessions that are not used for two weeks, and all after 90 days', async () => {
    const fake = createFakePrebook()
    const client = fake.createClient({ token: fake.sessionToken('ada@example.org') })
    const day = 24 * 3_600_000
    for (let days = 10; days < 90; days += 10) {
      fake.clock.advance(10 * day)
      expect(await client.auth.me.query()).toMatchObject({ email: 'ada@example.org' })
    }
    fake.clock.advance(10 * day)
    expect(await client.auth.me.query()).toBeNull()
    const other = fake.createClient({ token: fake.sessionToken('ada@example.org') })
    fake.clock.advance(14 * day)
    expect(isPrebookError(await caught(other.account.get.query()), 'AUTH_REQUIRED')).toBe(true)
  })

  test('ends links, tokens and the streams of what has ended', async () => {
    const fake = createFakePrebook({ users: [{ email: 'ada@example.org' }] })
    await fake.createClient().auth.requestPasswordReset.mutate({ email: 'ada@example.org' })
    const { token } = await fake.admin.tokens.create.mutate({
      name: 'x',
      scopes: ['stock:write'],
      expiresInDays: 1,
    })
    const ended = vi.fn<(error: unknown) => void>()
    fake.createClient({ token }).stock.changes.subscribe({}, { onError: ended })
    await vi.waitFor(() => expect(fake.openStreams).toBe(1), WAIT)
    fake.clock.advance(24 * 3_600_000)
    await vi.waitFor(() => expect(ended).toHaveBeenCalled(), WAIT)
    expect(explainError(ended.mock.calls[0]?.[0])).toMatchObject({ reason: 'AUTH_REQUIRED' })
    const late = { token: fake.mails[0]?.token ?? '', password: 'correct horse battery' }
    expect(await caught(fake.createClient().auth.resetPassword.mutate(late))).toMatchObject({
      data: { reason: 'AUTH_LINK_INVALID' },
    })
  })
})
