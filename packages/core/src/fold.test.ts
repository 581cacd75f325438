import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fold, searchText, searchWords } from './fold.ts'

describe('fold', () => {
  test.each([
    ['', ''],
    ['   ', ''],
    ['Dune', 'dune'],
    ['DUNE', 'dune'],
    ['  Gabriel García  Márquez ', 'gabriel garcia marquez'],
    ['Cien\taños\nde\r\nsoledad', 'cien anos de soledad'],
    ['Voyage\u00a0au\u2003bout\u3000de la nuit', 'voyage au bout de la nuit'],
    // Composed and decomposed spellings are the same text.
    ['Caf\u00e9', 'cafe'],
    ['Cafe\u0301', 'cafe'],
    ['Łódź', 'łodz'],
    ['ÅSNE ŞAFAK', 'asne safak'],
    ['Ёлка', 'елка'],
    ['İSTANBUL', 'istanbul'],
    ['ﬁnal Ⅷ', 'final viii'],
    ['Ｗｉｄｅ', 'wide'],
    ['Straße', 'strasse'],
    ['STRASSE', 'strasse'],
    ['STRAẞE', 'strasse'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['οδός', 'οδοσ'],
    ['雪国', '雪国'],
    ['100% _ \\', '100% _ \\'],
  ])('%j → %j', (text, folded) => {
    expect(fold(text)).toBe(folded)
  })

  test('is idempotent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const folded = fold(text)
        expect(fold(folded)).toBe(folded)
      }),
      { numRuns: 2_000 },
    )
  })

  test('is idempotent for every code point between two letters', () => {
    const unstable: string[] = []
    for (let code = 0; code <= 0x10ffff; code += 1) {
      const folded = fold(`a${String.fromCodePoint(code)}b`)
      if (fold(folded) !== folded) unstable.push(code.toString(16))
    }
    expect(unstable).toEqual([])
  })

  test('ignores case, accents and spacing', () => {
    const word = fc.string({ unit: fc.constantFrom(...Array.from('aeioucñßçåжйσςα')), minLength: 1 })
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        const folded = fold(words.join(' '))
        expect(fold(words.join(' ').toUpperCase())).toBe(folded)
        expect(fold(words.join(' ').normalize('NFD'))).toBe(folded)
        expect(fold(` ${words.join(' \t ')}\n`)).toBe(folded)
      }),
    )
  })
})

describe('searchText', () => {
  test('contains the folded title, author and ISBN, in this order', () => {
    const book = { title: ' Crónica de una  muerte', author: 'García Márquez', isbn: '9780307387387' }
    expect(searchText(book)).toBe('cronica de una muerte garcia marquez 9780307387387')
  })

  test('ends with the author if the book has no ISBN', () => {
    expect(searchText({ title: 'Dune', author: 'Frank Herbert', isbn: null })).toBe('dune frank herbert')
  })

  test('contains every word of the title and the author', () => {
    const text = fc.string({ unit: 'grapheme' })
    fc.assert(
      fc.property(text, text, (title, author) => {
        const found = searchText({ title, author, isbn: null })
        for (const word of searchWords(`${author} ${title}`)) expect(found).toContain(word)
      }),
    )
  })
})

describe('searchWords', () => {
  test.each([
    ['', []],
    [' \t\n ', []],
    ['Dune', ['dune']],
    ['  García   MÁRQUEZ ', ['garcia', 'marquez']],
    ['50% off_', ['50%', 'off_']],
    // A lone accent folds to the empty string.
    ['a \u0301 b', ['a', 'b']],
  ])('%j → %j', (query, words) => {
    expect(searchWords(query)).toEqual(words)
  })

  test('are never empty and contain no white space', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (query) => {
        for (const word of searchWords(query)) expect(word).toMatch(/^\S+$/u)
      }),
    )
  })
})
