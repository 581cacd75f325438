import { describe, expect, test } from 'vitest'
import { readTextCell } from './text-cell.ts'

const text = (cell: string) => readTextCell(cell).text

describe('a text in a file', () => {
  test.each([
    ['GarcÃ­a MÃ¡rquez', 'García Márquez'],
    ['Don\u00e2\u20ac\u2122t', 'Don’t'],
    ['GarcÃƒÂ­a', 'García'],
    ['FluÃŸ', 'Fluß'],
    ['ç™¾å¹´', '百年'],
    ['Salt &amp; Vinegar &#39;n Chips', "Salt & Vinegar 'n Chips"],
    ['Caf&eacute; &ldquo;Nord&rdquo; &#x2013; &Uuml;ber', 'Café “Nord” – Über'],
    ['="Dune"', 'Dune'],
    ["'=1+1", '=1+1'],
  ])('%s is %s', (cell, expected) => {
    expect(text(cell)).toBe(expected)
  })

  test.each([
    'São',
    'Ã',
    'GarcÃ­a und Café',
    '&unknown;',
    '&#0;',
    '&#xD800;',
    'a < b > c',
    '<i>Dune</i>',
    "'Tis",
    'ΦΒ',
  ])('%s stays as it is', (cell) => {
    expect(readTextCell(cell, { repair: false })).toEqual({ text: cell, repairs: [] })
  })

  test('is refused where a character was lost', () => {
    expect(() => readTextCell('Caf\ufffd Society')).toThrow('a character was lost')
  })
})
