import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isoTime, isoTimeOrNull } from './iso-time.ts'

const MOST = 8.64e15

test('a time is formatted as by Date, from the first to the last that Date can represent', () => {
  fc.assert(
    fc.property(fc.integer({ min: -MOST, max: MOST }), (time) => {
      expect(isoTime(time)).toBe(new Date(time).toISOString())
    }),
  )
})

test.each([0, 1, -1, 999, 86_399_999, 86_400_000, -86_400_000, 951_782_400_000, MOST, -MOST])(
  'the edge %d is formatted as by Date',
  (time) => {
    expect(isoTime(time)).toBe(new Date(time).toISOString())
  },
)

test.each([MOST + 86_400_000, NaN, Infinity])('%d is no time, as for Date', (time) => {
  expect(() => isoTime(time)).toThrow(RangeError)
})

test('null stays null', () => {
  expect(isoTimeOrNull(null)).toBeNull()
})
