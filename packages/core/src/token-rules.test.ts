import { expect, test } from 'vitest'
import { assertRotatable, tokenExpiry, tokenRefused, tokenStatus } from './token-rules.ts'

test.each([
  [{ revokedAt: null, expiresAt: null }, 'active'],
  [{ revokedAt: null, expiresAt: 101 }, 'active'],
  [{ revokedAt: null, expiresAt: 100 }, 'expired'],
  [{ revokedAt: 1, expiresAt: 1 }, 'revoked'],
] as const)('%j is %s at 100', (token, status) => {
  expect(tokenStatus(token, 100)).toBe(status)
})

test('only a token that works gets a new text', () => {
  expect(() => assertRotatable({ revokedAt: null, expiresAt: 101 }, 100)).not.toThrow()
  expect(() => assertRotatable({ revokedAt: null, expiresAt: 100 }, 100)).toThrow('Create a new one.')
  expect(() => assertRotatable({ revokedAt: 1, expiresAt: null }, 100)).toThrow('Create a new one.')
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
