import { describe, expect, test } from 'vitest'
import { parsePriceArgument } from './price.ts'

describe('a price argument', () => {
  test('is converted to cents', () => {
    expect(parsePriceArgument('19.99')).toBe(1999)
  })

  test('with too many decimals is rejected with the reason', () => {
    expect(() => parsePriceArgument('19.999')).toThrow(/more than two decimals/)
  })

  test('that is not a price is rejected with an example', () => {
    expect(() => parsePriceArgument('19,99')).toThrow('Use the form 19.99')
  })
})
