import { describe, expect, test } from 'vitest'
import { Email } from './scalars.ts'

describe('Email', () => {
  test.each([
    ['reader@example.org', 'reader@example.org'],
    ['Reader@Example.ORG', 'reader@example.org'],
    ['  reader@example.org\n', 'reader@example.org'],
    ["o'brien@example.org", "o'brien@example.org"],
    ['first.last+tag@sub.example.co', 'first.last+tag@sub.example.co'],
  ])('parses %j as %s', (text, email) => {
    expect(Email.parse(text)).toBe(email)
  })

  test('has at most 254 characters', () => {
    const domain = `${'x'.repeat(60)}.${'y'.repeat(60)}.${'z'.repeat(60)}.example.org`
    const longest = `${'a'.repeat(254 - domain.length - 1)}@${domain}`
    expect(longest).toHaveLength(254)
    expect(Email.parse(longest)).toBe(longest)
    expect(Email.safeParse(`a${longest}`).success).toBe(false)
  })

  test.each([
    '',
    ' ',
    'reader',
    'reader@',
    '@example.org',
    'reader@example',
    'a@b@example.org',
    'a..b@example.org',
  ])('rejects a malformed address: %j', (text) => {
    expect(Email.safeParse(text).success).toBe(false)
  })

  test.each([1, null, undefined, ['reader@example.org'], { toString: () => 'reader@example.org' }])(
    'rejects a value that is not a string: %s',
    (value) => {
      expect(Email.safeParse(value).success).toBe(false)
    },
  )

  // In a header or an envelope, each of these could add a recipient or another header.
  test.each([
    'reader@example.org\r\nBcc: eve@example.com',
    'reader@example.org\nBcc: eve@example.com',
    'reader@example.org\rBcc: eve@example.com',
    'reader@example.org\u2028Bcc: eve@example.com',
    'reader@example.org\u0085Bcc: eve@example.com',
    'reader@example.org%0aBcc:eve@example.com',
    'reader\r\n@example.org',
    'reader@example.org\u0000',
    'reader@example.org\u0000.example.com',
    'reader@example.org,eve@example.com',
    'reader@example.org;eve@example.com',
    'reader@example.org eve@example.com',
    '<eve@example.com>',
    'reader@example.org>',
    'Reader <eve@example.com>',
    'reader@example.org<eve@example.com>',
    '"eve@example.com"@example.org',
    '"a b"@example.org',
    'eve@example.com(reader)',
    'eve%example.com@example.org',
    'eve!reader@example.org',
    '=?utf-8?q?eve?=@example.org',
    'group:eve@example.com;',
    'reader@[127.0.0.1]',
    're\u0430der@ex\u0430mple.org\u200b',
  ])('rejects what could become a second recipient or a header: %j', (text) => {
    expect(Email.safeParse(text).success).toBe(false)
  })

  test('explains what an address looks like', () => {
    expect(Email.safeParse('reader').error?.issues).toEqual([
      expect.objectContaining({ message: 'Must be an e-mail address, such as reader@example.org.' }),
    ])
  })
})
