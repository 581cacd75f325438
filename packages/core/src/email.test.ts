import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAccountEmail, parseEmail, toAsciiDomain } from './email.ts'

describe('an e-mail address', () => {
  test.each([
    ['reader@example.org', 'reader@example.org'],
    ['  reader@example.org\n', 'reader@example.org'],
    ["o'brien@example.org", "o'brien@example.org"],
    ['first.last+tag@sub.example.co', 'first.last+tag@sub.example.co'],
    // Every character of atext (RFC 5322, 3.2.3).
    ["!#$%&'*+-/=?^_`{|}~@example.org", "!#$%&'*+-/=?^_`{|}~@example.org"],
    ['0.a.z@example.org', '0.a.z@example.org'],
    ['-@example.org', '-@example.org'],
    // To the server at example.org, these are ordinary names.
    ['eve%example.com@example.org', 'eve%example.com@example.org'],
    ['eve!reader@example.org', 'eve!reader@example.org'],
    ['=?utf-8?q?eve?=@example.org', '=?utf-8?q?eve?=@example.org'],
    [`${'a'.repeat(64)}@example.org`, `${'a'.repeat(64)}@example.org`],
    ['a@b.c', 'a@b.c'],
    ['a@1.2.example', 'a@1.2.example'],
    ['a@xn--p1ai.xn--p1ai', 'a@xn--p1ai.xn--p1ai'],
    [`a@${'x'.repeat(63)}.org`, `a@${'x'.repeat(63)}.org`],
  ])('%j is accepted', (text, email) => {
    expect(parseEmail(text)).toEqual({ email })
  })

  const sameAddress = {
    'ada@example.org': ['Ada@Example.ORG', ' ADA@EXAMPLE.ORG\t'],
    'ada@xn--bcher-kva.example': [
      'ada@bücher.example',
      'Ada@BÜCHER.Example',
      'ada@bu\u0308cher.example',
      'ada@XN--BCHER-KVA.example',
      'ada@ｂücher.example',
    ],
    'ada@xn--e1afmkfd.xn--p1ai': ['ada@пример.рф', 'ADA@ПРИМЕР.РФ', 'ada@xn--e1afmkfd.рф'],
    'ada@xn--r8jz45g.xn--zckzah': ['ada@例え.テスト', 'ada@例え。テスト'],
    'ada@xn--fa-hia.example': ['ada@faß.example', 'ada@FAß.example'],
  }
  test.each(Object.entries(sameAddress).flatMap(([email, all]) => all.map((text) => [text, email])))(
    '%j is the same address as %s',
    (text, email) => {
      expect(parseEmail(text)).toEqual({ email })
    },
  )

  const single =
    /^Must be a single address without a name, spaces or brackets, such as reader@example\.org\.$/
  const malformed = /^Must be an e-mail address, such as reader@example\.org\.$/
  const letters =
    /^Only the part after the @ may have accents or non-Latin letters\. Use an address with plain letters/
  const dots =
    /^Cannot have two dots in a row, or a dot at the beginning or the end of the part before the @\. Check/
  const noLiteral = /^Must have a domain name after the @, not an IP address\. Use an address such as/
  const badDomain = /^The domain name after the @ is not valid\. Check its spelling\.$/
  test.each<[string, RegExp]>([
    ['', malformed],
    [' ', malformed],
    ['reader', malformed],
    ['reader@', malformed],
    ['@example.org', malformed],
    ['reader\u0000@example.org', malformed],
    ['"ada lovelace"@example.org', /^Quotation marks are not supported\. Use an address without them/],
    ['"ada"@example.org', /^Quotation marks are not supported/],
    ['"eve@example.com"@example.org', /^Quotation marks are not supported/],
    ['reader@[127.0.0.1]', noLiteral],
    ['reader@[IPv6:::1]', noLiteral],
    ['reader@127.0.0.1', noLiteral],
    ['reader@１２７.0.0.1', noLiteral],
    ['jörg@example.org', letters],
    ['иван@пример.рф', letters],
    // The Kelvin sign, whose lower case is k.
    ['\u212aelvin@example.org', letters],
    ['re\u0430der@example.org', letters],
    ['read\u200ber@example.org', letters],
    ['a..b@example.org', dots],
    ['.a@example.org', dots],
    ['a.@example.org', dots],
    [
      `${'a'.repeat(65)}@example.org`,
      /^Must have at most 64 characters before the @\. Use a shorter address\.$/,
    ],
    [`a@${'x'.repeat(250)}.org`, /^Must have at most 254 characters\.$/],
    [
      `${'a'.repeat(64)}@${'жщъюя'.repeat(6)}.${'яжщъю'.repeat(6)}.${'юяжщъ'.repeat(6)}.${'ъюяжщ'.repeat(6)}.${'щъюяж'.repeat(6)}.example`,
      /^Must have at most 254 characters with the domain in its ASCII form \(xn--…\)\.$/,
    ],
    ['reader@example', /^Must have a complete domain name after the @, such as example\.org\.$/],
    ['reader@пример', /^Must have a complete domain name/],
    ['reader@example..org', badDomain],
    ['reader@example.org.', badDomain],
    ['reader@.example.org', badDomain],
    ['reader@-example.org', badDomain],
    ['reader@example-.org', badDomain],
    ['reader@exa_mple.org', badDomain],
    ['reader@example.123', badDomain],
    ['reader@ex%61mple.org', badDomain],
    ['reader@bücher.example/path', badDomain],
    ['reader@bü%63her.example', badDomain],
    ['reader@bücher．example％2f', badDomain],
    ['reader@℀.example', badDomain],
    ['reader@☃\u200b.example', badDomain],
    ['reader@b\u00adücher.example', badDomain],
    ['reader@a\u200db.example', badDomain],
    [`reader@${'ü'.repeat(63)}.example`, badDomain],
    [`reader@${'x'.repeat(64)}.org`, badDomain],
    ['a@b@example.org', single],
    ['Reader <eve@example.com>', single],
  ])('%j is refused with the reason', (text, reason) => {
    expect(parseEmail(text)).toEqual({ problem: expect.stringMatching(reason) })
  })

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
    'reader@bücher.example\u0000',
    'reader@bücher.example\r\nBcc:eve',
    'reader@bücher.example\t.example',
    'reader@bücher.example:25',
    'reader@eve@bücher.example',
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
    'group:eve@example.com;',
    'reader@[127.0.0.1]',
    're\u0430der@ex\u0430mple.org\u200b',
  ])('what could become a second recipient or a header is refused: %j', (text) => {
    expect(parseEmail(text)).toEqual({ problem: expect.any(String) })
    expect(parseAccountEmail(text)).toEqual({ problem: expect.any(String) })
  })

  test('is ASCII, on one line, with one @ and no separator, whatever was typed', () => {
    const hostile = fc.constantFrom(...Array.from('\r\n\t\0 ,;:<>()[]"\\%/?#@.-aü。＠，\u2028\u200b\u00ad'))
    const part = fc.oneof(
      fc.string({ unit: hostile }),
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.emailAddress(),
    )
    const text = fc.oneof(
      fc.tuple(part, part).map((parts) => parts.join('@')),
      fc.tuple(fc.emailAddress(), part).map(([email, more]) => email + more),
      part,
    )
    fc.assert(
      fc.property(text, (typed) => {
        for (const parsed of [parseEmail(typed), parseAccountEmail(typed)]) {
          if ('problem' in parsed) continue
          expect(parsed.email).toMatch(/^[!#-'*+\-./0-9=?^_`a-z{|}~]+@[a-z0-9.-]+\.[a-z0-9-]+$/)
          expect(parseEmail(parsed.email)).toEqual(parseEmail(typed))
        }
      }),
      { numRuns: 500 },
    )
  })

  test('every address that the generator of RFC 5322 addresses makes is accepted', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (email) => {
        expect(parseEmail(email)).toEqual({ email: email.toLowerCase() })
      }),
      { numRuns: 500 },
    )
  })
})

describe('the address of an account', () => {
  test.each([
    // Earlier versions accepted these.
    [`${'A'.repeat(70)}@example.org`, `${'a'.repeat(70)}@example.org`],
    [`a@${'x'.repeat(64)}.org`, `a@${'x'.repeat(64)}.org`],
    ['a@example-.org', 'a@example-.org'],
    ['Ada@Bücher.example', 'ada@xn--bcher-kva.example'],
  ])('%j still signs in', (text, email) => {
    expect(parseAccountEmail(text)).toEqual({ email })
  })

  test('is refused with the same reasons as a new one', () => {
    for (const text of ['reader', '"a"@example.org', 'a@[::1]', `${'a'.repeat(260)}@example.org`])
      expect(parseAccountEmail(text)).toEqual(parseEmail(text))
  })
})

test.each([
  ['Bücher', 'xn--bcher-kva'],
  ['Example.ORG', 'example.org'],
  ['', null],
  ['a..b', null],
  ['bü cher', null],
])('the ASCII form of %j is %j', (domain, ascii) => {
  expect(toAsciiDomain(domain)).toBe(ascii)
})
