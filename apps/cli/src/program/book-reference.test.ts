import { describe, expect, test } from 'vitest'
import { parseBookReference } from './book-reference.ts'
import { CommandError } from './command-error.ts'

describe('a book reference is an id, an ISBN or search words', () => {
  test.each([
    ['12', { bookId: 12 }],
    ['#12', { bookId: 12 }],
    [' 7 ', { bookId: 7 }],
    ['999999999', { bookId: 999_999_999 }],
    ['#9780441013593', { bookId: 9_780_441_013_593 }],
    ['#9007199254740991', { bookId: Number.MAX_SAFE_INTEGER }],
    ['9780441013593', { isbn: '9780441013593' }],
    ['978-0-441-01359-3', { isbn: '9780441013593' }],
    ['978 0 441 01359 3', { isbn: '9780441013593' }],
    ['0441013597', { isbn: '0441013597' }],
    ['0-8044-2957-x', { isbn: '080442957X' }],
  ])('%s', (text, reference) => {
    expect(parseBookReference(text)).toEqual(reference)
  })

  test.each(['Dune', ' le guin ', '1Q84', '百年の孤独', 'Catch-22', '978-0-441-01359-3 Dune'])(
    'search words: %s',
    (text) => {
      expect(parseBookReference(text)).toEqual({ query: text.trim() })
    },
  )

  test.each([
    '',
    '0',
    '#0',
    '#',
    '-3',
    '1.5',
    '12345678901',
    '97804410135931',
    '978 0 441 01359',
    '#9007199254740992',
  ])('rejects “%s”', (text) => {
    expect(() => parseBookReference(text)).toThrow(CommandError)
    expect(() => parseBookReference(text)).toThrow(`“${text}” is not a book ID or an ISBN.`)
  })
})
