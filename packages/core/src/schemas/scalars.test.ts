import { describe, expect, test } from 'vitest'
import { limits } from '../limits.ts'
import { CappedCount, cappedCount, COUNT_CAP, Id, Isbn, IsoTime } from './scalars.ts'

describe('Id', () => {
  test.each([1, 2, 2 ** 53 - 1])('accepts %d', (id) => {
    expect(Id.parse(id)).toBe(id)
  })

  test.each([
    0,
    -0,
    -1,
    1.5,
    2 ** 53,
    2 ** 64,
    NaN,
    Infinity,
    -Infinity,
    '1',
    '',
    true,
    1n,
    null,
    undefined,
    [1],
    {},
  ])('rejects %s', (id) => {
    expect(Id.safeParse(id).success).toBe(false)
  })
})

describe('IsoTime', () => {
  test.each(['1970-01-01T00:00:00.000Z', '2026-03-01T09:30:00.123Z', '2024-02-29T23:59:59.999Z'])(
    'accepts %s',
    (time) => {
      expect(IsoTime.parse(time)).toBe(time)
    },
  )

  test.each([
    '2026-03-01',
    '2026-03-01T09:30:00Z',
    '2026-03-01T09:30:00.1Z',
    '2026-03-01T09:30:00.123456Z',
    '2026-03-01T09:30:00.123',
    '2026-03-01T09:30:00.123+01:00',
    '2026-02-30T09:30:00.123Z',
    '2026-03-01 09:30:00.123Z',
    1_772_357_400_123,
    '',
  ])('rejects %s', (time) => {
    expect(IsoTime.safeParse(time).success).toBe(false)
  })
})

describe('a public count', () => {
  test.each([
    [0, 0],
    [1, 1],
    [COUNT_CAP - 1, COUNT_CAP - 1],
    [COUNT_CAP, COUNT_CAP],
    [COUNT_CAP + 1, '1000+'],
    [4_000_000, '1000+'],
  ])('shows %d as %s', (count, shown) => {
    expect(cappedCount(count)).toBe(shown)
    expect(CappedCount.parse(shown)).toBe(shown)
  })

  test.each([-1, 1.5, COUNT_CAP + 1, '1000', '1001+', '', null])('rejects %s', (shown) => {
    expect(CappedCount.safeParse(shown).success).toBe(false)
  })
})

describe('Isbn', () => {
  test('is transformed to its stored form', () => {
    expect(Isbn.parse('0-441-01359-7')).toBe('9780441013593')
  })

  test.each(['', 'Dune', '9780441013594', 9_780_441_013_593, null])('rejects %s', (isbn) => {
    expect(Isbn.safeParse(isbn).success).toBe(false)
  })

  test('rejects text that exceeds the maximum length', () => {
    expect(Isbn.safeParse('9780441013593'.padEnd(limits.isbn.max)).success).toBe(true)
    expect(Isbn.safeParse('9780441013593'.padEnd(limits.isbn.max + 1)).success).toBe(false)
  })

  test('mentions the check digit', () => {
    expect(Isbn.safeParse('9780441013594').error?.issues).toEqual([
      expect.objectContaining({ message: expect.stringContaining('check digit') }),
    ])
  })
})
