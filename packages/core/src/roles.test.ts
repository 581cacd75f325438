import { describe, expect, test } from 'vitest'
import { assertAdminLeft, requireRole, seesAddresses } from './roles.ts'

test.each([
  ['reader', 'staff', 'Only staff and admins can do this.'],
  ['reader', 'admin', 'Only admins can do this.'],
  ['staff', 'admin', 'Only admins can do this.'],
] as const)('a %s may not do what %s may, and the message names the role', (role, required, message) => {
  expect(() => requireRole(role, required)).toThrow(
    expect.objectContaining({ name: 'PrebookError', reason: 'AUTH_FORBIDDEN', message }),
  )
})

test.each([
  ['staff', 'staff'],
  ['admin', 'staff'],
  ['admin', 'admin'],
] as const)('%s may do what %s may', (role, required) => {
  expect(() => requireRole(role, required)).not.toThrow()
})

test('only admins see the addresses of others', () => {
  expect((['reader', 'staff', 'admin'] as const).filter(seesAddresses)).toEqual(['admin'])
})

describe('the last active admin', () => {
  const admin = { role: 'admin', isActive: true } as const
  const inactive = { role: 'admin', isActive: false } as const
  const staff = { role: 'staff', isActive: true } as const
  const reader = { role: 'reader', isActive: false } as const

  test.each([
    [admin, inactive],
    [admin, staff],
    [admin, reader],
  ])('cannot change from %j to %j', (before, after) => {
    expect(() => assertAdminLeft(before, after, false)).toThrow(
      expect.objectContaining({ reason: 'USER_LAST_ADMIN', field: 'userId' }),
    )
    expect(() => assertAdminLeft(before, after, true)).not.toThrow()
  })

  test('cannot be erased, and there is no field to blame for that', () => {
    expect(() => assertAdminLeft(admin, null, false)).toThrow(
      expect.objectContaining({ reason: 'USER_LAST_ADMIN', field: null }),
    )
    expect(() => assertAdminLeft(admin, null, true)).not.toThrow()
  })

  test.each([
    [reader, null],
    [inactive, null],
    [admin, admin],
    [inactive, staff],
    [inactive, admin],
    [staff, reader],
    [reader, admin],
  ])('is not concerned by a change from %j to %j', (before, after) => {
    expect(() => assertAdminLeft(before, after, false)).not.toThrow()
  })
})
