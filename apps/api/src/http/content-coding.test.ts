import { expect, test } from 'vitest'
import { acceptsIdentity, chooseCoding } from './content-coding.ts'

const both = ['br', 'gzip'] as const

test.each([
  [undefined, 'identity'],
  ['', 'identity'],
  ['identity', 'identity'],
  ['deflate, zstd', 'identity'],
  ['gzip', 'gzip'],
  ['br', 'br'],
  ['gzip, deflate, br, zstd', 'br'],
  ['GZIP', 'gzip'],
  ['*', 'br'],
  ['gzip;q=1.0, br;q=0.9', 'gzip'],
  ['gzip ; Q=0.5 , br;q=0.001', 'gzip'],
  ['br;q=0, gzip;q=0.5', 'gzip'],
  ['br;q=0, *', 'gzip'],
  ['br;q=0.000, gzip;q=0.0', 'identity'],
  ['gzip;q=0.001', 'gzip'],
  ['identity, gzip;q=0.5', 'identity'],
  ['identity;q=0.5, gzip;q=0.5', 'gzip'],
  ['identity;q=0, *;q=0.1', 'br'],
  // Nothing that the service has is acceptable, so the header is disregarded.
  ['*;q=0', 'identity'],
  ['identity;q=0', 'identity'],
  ['gzip;q=x', 'identity'],
  ['xgzip, brotli', 'identity'],
])('Accept-Encoding: %s gets %s', (accepted, coding) => {
  expect(chooseCoding(accepted, both)).toBe(coding)
})

test('chooses among the codings that a response can have', () => {
  expect(chooseCoding('br, gzip', ['gzip'])).toBe('gzip')
  expect(chooseCoding('br', ['gzip'])).toBe('identity')
  expect(chooseCoding('br, gzip', [])).toBe('identity')
})

test.each([
  ['gzip', true],
  ['identity', true],
  ['identity;q=0.1, *;q=0', true],
  ['identity;q=0, gzip', false],
  ['*;q=0, gzip', false],
])('Accept-Encoding: %s accepts a plain response: %s', (accepted, expected) => {
  expect(acceptsIdentity(accepted)).toBe(expected)
})
