import { InvalidArgumentError } from 'commander'
import { describe, expect, test } from 'vitest'
import { parseSince } from './since.ts'

describe('parseSince', () => {
  test.each([
    ['1d', { days: 1 }],
    ['7d', { days: 7 }],
    ['365d', { days: 365 }],
    // The calendar is the server's.
    ['2026-03-01', { since: '2026-03-01' }],
    ['2026-02-31', { since: '2026-02-31' }],
  ])('%s is %j', (text, since) => {
    expect(parseSince(text)).toEqual(since)
  })

  test.each(['', '0d', '366d', '7', 'd', '-7d', '1.5d', '7 d', 'yesterday', '2026-3-1', '01.03.2026'])(
    'rejects %j',
    (text) => {
      expect(() => parseSince(text)).toThrow(InvalidArgumentError)
    },
  )
})
