import { describe, expect, test } from 'vitest'
import { parsePriceArgument } from './price.ts'

describe('a price argument', () => {
  test('is read in cents', () => {
    expect(parsePriceArgument('19.99')).toBe(1999)
  })

  test('with too many decimals is refused with a message that says so', () => {
    expect(() => parsePriceArgument('19.999')).toThrow(/more than two decimals/)
  })

  test('that is not a price is refused with an example', () => {
    expect(() => parsePriceArgument('19,99')).toThrow('Write it as 19.99')
  })
})
