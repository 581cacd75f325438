import { expect, test } from 'vitest'
import { assertRotatable, tokenExpiry, tokenRefused, tokenStatus } from './token-rules.ts'

test.each([
  [{ revokedAt: null, expiresAt: null }, 'active'],
  [{ revokedAt: null, expiresAt: 101 }, 'active'],
  [{ revokedAt: null, expiresAt: 100 }, 'expired'],
  [{ revokedAt: 1, expiresAt: 1 }, 'revoked'],
] as const)('%j is %s at 100', (token, status) => {
  expect(tokenStatus(token, 100)).toBe(status)
  const rotate = () => assertRotatable(token, 100)
  if (status === 'active') expect(rotate).not.toThrow()
  else expect(rotate).toThrow('Create a new one.')
})

test('expires after days, or never', () => {
  expect(tokenExpiry(2, 1)).toBe(172_800_001)
  expect(tokenExpiry(undefined, 1)).toBeNull()
})

test('a refusal says whether the text or the token is wrong', () => {
  expect(tokenRefused('mistyped')).toMatchObject({
    reason: 'AUTH_REQUIRED',
    message: expect.stringContaining('checksum'),
  })
  expect(tokenRefused('ended')).toMatchObject({
    reason: 'AUTH_REQUIRED',
    message: expect.stringContaining('revoked'),
  })
})
