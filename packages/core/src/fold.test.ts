import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fold } from './fold.ts'

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
