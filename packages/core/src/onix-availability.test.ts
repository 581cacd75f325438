import { describe, expect, test } from 'vitest'
import { parseAvailability } from './onix-availability.ts'

/** The codes of ONIX list 65, by what they mean here. */
const codes = {
  available: ['20', '21', '22', '23'],
  awaited: ['10', '11', '12', '30', '31', '32', '33', '34'],
  postponed: ['09'],
  withdrawn: ['01', '41', '42', '46', '47', '48', '49', '51', '52'],
  elsewhere: ['40', '43', '44', '45', '50', '97', '98', '99'],
}

describe('an availability', () => {
  test.each(Object.entries(codes).flatMap(([meaning, some]) => some.map((code) => [code, meaning])))(
    'of code %s is %s, and no code reinstates',
    (code, meaning) => {
      expect(parseAvailability(code)).toEqual({ meaning, reinstates: false })
    },
  )

  test('has no other codes', () => {
    const all = Array.from({ length: 1_000 }, (_, code) => String(code).padStart(2, '0'))
    const known = all.filter((code) => parseAvailability(code) !== null)
    expect(known).toEqual(Object.values(codes).flat().toSorted())
  })

  test.each([
    ['available', { meaning: 'available', reinstates: true }],
    [' Withdrawn ', { meaning: 'withdrawn', reinstates: false }],
    ['AWAITED', { meaning: 'awaited', reinstates: false }],
    // As a spreadsheet leaves it.
    ['1', { meaning: 'withdrawn', reinstates: false }],
    ['9', { meaning: 'postponed', reinstates: false }],
  ])('“%s” is %o', (text, availability) => {
    expect(parseAvailability(text)).toEqual(availability)
  })

  test.each(['', '0', '00', '100', '021', 'IP', 'in stock', 'postponed', '__proto__', 'toString', '2１'])(
    '“%s” is none',
    (text) => {
      expect(parseAvailability(text)).toBeNull()
    },
  )
})
