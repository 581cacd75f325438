import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isbnBeginning, parseIsbn } from './isbn.ts'

function digits(count: number) {
  const digit = fc.integer({ min: 0, max: 9 })
  return fc.array(digit, { minLength: count, maxLength: count }).map((all) => all.join(''))
}

describe('parseIsbn', () => {
  test.each([
    ['9780441013593', '9780441013593'],
    ['978-0-441-01359-3', '9780441013593'],
    ['978 0 441 01359 3', '9780441013593'],
    ['  9780441013593\n', '9780441013593'],
    ['979-10-90636-07-1', '9791090636071'],
    ['978-3-16-148410-0', '9783161484100'],
    ['0-441-01359-7', '9780441013593'],
    ['0441013597', '9780441013593'],
    ['0-8044-2957-X', '9780804429573'],
    ['080442957x', '9780804429573'],
    ['0-00-000000-0', '9780000000002'],
    ['ISBN 9780441013593', '9780441013593'],
    ['isbn:9780441013593', '9780441013593'],
    ['ISBN-13: 978-0-441-01359-3', '9780441013593'],
    ['ISBN-10 0-441-01359-7', '9780441013593'],
    ['ISBN10 0441013597', '9780441013593'],
    // The digits begin with 10, and the label ends before them.
    ['ISBN 1041013590', '9781041013594'],
    ['9780441013593 (pbk.)', '9780441013593'],
    ['0441013597 (pbk. : alk. paper) :', '9780441013593'],
    ['978\u20100\u2011441\u201201359\u20133', '9780441013593'],
    ['978\u22120\u2212441\u221201359\u22123', '9780441013593'],
    ['\ufeff978\u00ad0441\u200b013593', '9780441013593'],
  ])('parses %j as %s', (text, isbn) => {
    expect(parseIsbn(text)).toBe(isbn)
  })

  test.each([
    ['empty', ''],
    ['hyphens only', '- -'],
    ['words', 'Dune'],
    ['an ISBN-13 with a wrong check digit', '9780441013594'],
    ['an ISBN-10 with a wrong check digit', '0441013598'],
    ['X where the check digit is 0', '0-00-000000-X'],
    ['0 where the check digit is X', '0804429570'],
    ['X before the end', '08044X9573'],
    ['X in an ISBN-13', '978080442957X'],
    ['nine digits', '044101359'],
    ['eleven digits', '04410135977'],
    ['twelve digits', '978044101359'],
    ['fourteen digits', '97804410135930'],
    ['a barcode of a serial (977)', '9771234567898'],
    ['other text before the digits', 'EAN 9780441013593'],
    ['other text after the digits', '9780441013593 pbk'],
    ['a label without digits', 'ISBN'],
    ['digits of another script', '９７８０４４１０１３５９３'],
    ['a second line', '9780441013593\n9780441013593'],
  ])('rejects %s: %j', (_what, text) => {
    expect(parseIsbn(text)).toBeNull()
  })

  test('accepts exactly one of the eleven possible check digits of an ISBN-10', () => {
    fc.assert(
      fc.property(digits(9), (stem) => {
        const accepted = Array.from('0123456789X').filter((digit) => parseIsbn(stem + digit) !== null)
        expect(accepted).toHaveLength(1)
      }),
    )
  })

  test('accepts exactly one of the ten possible check digits of an ISBN-13', () => {
    fc.assert(
      fc.property(fc.constantFrom('978', '979'), digits(9), (prefix, stem) => {
        const accepted = Array.from('0123456789').filter((digit) => parseIsbn(prefix + stem + digit) !== null)
        expect(accepted).toHaveLength(1)
      }),
    )
  })

  test('returns the stored form, which parses to itself', () => {
    const spelled = fc.oneof(
      fc.tuple(digits(9), fc.constantFrom(...Array.from('0123456789Xx'))).map((parts) => parts.join('')),
      fc.tuple(fc.constantFrom('978-', '979 '), digits(10)).map((parts) => parts.join('')),
      fc.string(),
    )
    fc.assert(
      fc.property(spelled, (text) => {
        const isbn = parseIsbn(text)
        if (isbn === null) return
        expect(isbn).toMatch(/^97[89]\d{10}$/)
        expect(parseIsbn(isbn)).toBe(isbn)
      }),
      { numRuns: 2_000 },
    )
  })

  test('detects every wrong digit and, in an ISBN-10, every pair of swapped neighbours', () => {
    for (const isbn of ['9780441013593', '0441013597', '080442957X']) {
      for (let at = 0; at < isbn.length; at += 1) {
        for (const digit of '0123456789') {
          if (digit === isbn[at]) continue
          expect(parseIsbn(isbn.slice(0, at) + digit + isbn.slice(at + 1))).toBeNull()
        }
      }
    }
    const ten = '0441013597'
    for (let at = 0; at < ten.length - 1; at += 1) {
      if (ten[at] === ten[at + 1]) continue
      expect(parseIsbn(ten.slice(0, at) + ten[at + 1] + ten[at] + ten.slice(at + 2))).toBeNull()
    }
  })
})

describe('isbnBeginning', () => {
  test.each([
    ['97804', '97804'],
    ['978-0-441-0', '97804410'],
    ['ISBN 979 10 9', '979109'],
    ['isbn: 0-441-0', '97804410'],
    ['978044101359', '978044101359'],
    ['044101359', '978044101359'],
    // The check digit of an ISBN-10 is another than that of the ISBN-13, and one that is wrong is a typing error.
    ['0441013598', '978044101359'],
    ['9780441013594', '978044101359'],
    ['080442957x', '978080442957'],
    ['978\u20110441', '9780441'],
  ])('of %j is %s', (text, beginning) => {
    expect(isbnBeginning(text)).toBe(beginning)
  })

  test.each([
    '',
    '1984',
    '2001',
    '20,000 leagues',
    '978',
    '9780',
    'dune 12345',
    '97804410135930',
    '123456789012',
    'x',
  ])('%j is not one', (text) => {
    expect(isbnBeginning(text)).toBeNull()
  })
})
