import { describe, expect, test } from 'vitest'
import {
  assertInvitable,
  assertNewAddress,
  isGuest,
  personRequired,
  userSearchText,
  wrongPassword,
} from './account-rules.ts'

test('refusals name the field and the remedy', () => {
  expect(wrongPassword('currentPassword')).toMatchObject({
    reason: 'AUTH_INVALID_CREDENTIALS',
    field: 'currentPassword',
    message: 'The current password is wrong.',
  })
  expect(personRequired()).toMatchObject({
    reason: 'AUTH_FORBIDDEN',
    message: expect.stringContaining('sign in'),
  })
})

test('a new address differs from the present one', () => {
  expect(() => assertNewAddress('a@b.example', 'c@b.example')).not.toThrow()
  expect(() => assertNewAddress('a@b.example', 'a@b.example')).toThrow('already the address')
})

test('a guest is a reader with a verified address and without a password', () => {
  const guest = { role: 'reader', hasPassword: false, isVerified: true } as const
  expect(isGuest(guest)).toBe(true)
  for (const other of [
    { role: 'staff' },
    { role: 'admin' },
    { hasPassword: true },
    { isVerified: false },
  ] as const)
    expect(isGuest({ ...guest, ...other }), JSON.stringify(other)).toBe(false)
})

describe('an invitation', () => {
  test.each([
    [{ role: 'reader', isActive: true, isVerified: true }, 'staff', null],
    [{ role: 'reader', isActive: true, isVerified: false }, 'reader', null],
    [{ role: 'admin', isActive: true, isVerified: false }, 'staff', null],
    [{ role: 'staff', isActive: true, isVerified: true }, 'staff', 'This account has this role already.'],
    [{ role: 'admin', isActive: true, isVerified: true }, 'staff', 'This account has this role already.'],
    [
      { role: 'reader', isActive: false, isVerified: false },
      'staff',
      'This account is deactivated. Reactivate it first.',
    ],
  ] as const)('of %j to %s', (account, role, problem) => {
    expect(messageOf(() => assertInvitable(account, role))).toBe(problem)
  })
})

test.each([
  ['ADA', 'ada'],
  ['ada@Bücher.example', 'ada@xn--bcher-kva.example'],
  ['@', '@'],
  ['Bücher', 'xn--bcher-kva'],
])('a search for %s looks for %s', (query, text) => expect(userSearchText(query)).toBe(text))

function messageOf(act: () => void): string | null {
  try {
    act()
    return null
  } catch (error) {
    return error instanceof Error ? error.message : 'not an error'
  }
}
