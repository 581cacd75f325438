import { describe, expect, test } from 'vitest'
import { limits } from '../limits.ts'
import { TokenCreateInput, TokenRotateInput, TokenScope } from './tokens.ts'

const creates = (fields: object) =>
  TokenCreateInput.safeParse({ name: 'Till', scopes: [], ...fields }).success
const rotates = (fields: object) =>
  TokenRotateInput.safeParse({ tokenId: 1, overlapHours: 1, ...fields }).success

describe('the scopes of a token', () => {
  test('are the six of the design', () => {
    expect(TokenScope.options).toEqual([
      'catalogue:write',
      'stock:write',
      'demand:read',
      'deliveries:read',
      'deliveries:write',
      'users:read',
    ])
  })

  test('may be any of them, none or all', () => {
    expect(creates({ scopes: [] })).toBe(true)
    expect(creates({ scopes: TokenScope.options })).toBe(true)
  })

  test.each([[['stock:write', 'stock:write']], [['stock']], [['*']], ['stock:write'], [null]])(
    'cannot be %j',
    (scopes) => {
      expect(creates({ scopes })).toBe(false)
    },
  )
})

describe('the name of a token', () => {
  test('has 1 to 60 characters on one line', () => {
    expect(creates({ name: 'x'.repeat(limits.tokenName.max) })).toBe(true)
    for (const name of ['', ' ', 'x'.repeat(61), '\u200b']) expect(creates({ name }), name).toBe(false)
  })
})

describe('the expiry of a token', () => {
  test.each([1, 3_650, undefined])('can be in %s days', (expiresInDays) => {
    expect(creates({ expiresInDays })).toBe(true)
    expect(rotates({ expiresInDays })).toBe(true)
  })

  test.each([0, -1, 1.5, 3_651, '30', null])('cannot be in %j days', (expiresInDays) => {
    expect(creates({ expiresInDays })).toBe(false)
    expect(rotates({ expiresInDays })).toBe(false)
  })
})

describe('the overlap of a rotation', () => {
  test.each([0, 1, 168])('can be %s hours', (overlapHours) => {
    expect(rotates({ overlapHours })).toBe(true)
  })

  test.each([-1, 0.5, 169, '1', null])('cannot be %j hours', (overlapHours) => {
    expect(rotates({ overlapHours })).toBe(false)
  })
})
