import { describe, expect, test } from 'vitest'
import { textWidth, truncate, wrap } from './text-width.ts'

describe('the width of text', () => {
  test.each([
    ['', 0],
    ['Dune', 4],
    ['Misérables', 10],
    ['Mise\u0301rables', 10],
    ['Война', 5],
    ['孤独', 4],
    ['ひらがな', 8],
    ['한국어', 6],
    ['ＡＢ', 4],
    ['ｱｲ', 2],
    ['🚀', 2],
    ['👩‍🚀', 2],
    ['❤️', 2],
    ['1', 1],
    ['zero\u200bwidth', 9],
  ])('“%s” is %i columns wide', (text, width) => {
    expect(textWidth(text)).toBe(width)
  })
})

describe('truncating text', () => {
  test.each([
    ['Dune', 4, 'Dune'],
    ['Dune Messiah', 8, 'Dune Me…'],
    ['Dune Messiah', 6, 'Dune…'],
    ['孤独の歴史', 6, '孤独…'],
    ['孤独の歴史', 5, '孤独…'],
    ['Dune', 1, '…'],
    ['Dune', 0, ''],
    ['e\u0301te\u0301 long', 4, 'e\u0301te\u0301…'],
  ])('“%s” to %i columns', (text, width, cut) => {
    expect(truncate(text, width)).toBe(cut)
    expect(textWidth(cut)).toBeLessThanOrEqual(width)
  })
})

describe('wrapping text', () => {
  test.each([
    ['a desert planet', 8, ['a desert', 'planet']],
    ['a desert planet', 80, ['a desert planet']],
    ['a desert planet', Infinity, ['a desert planet']],
    ['antidisestablishmentarianism is long', 10, ['antidisestablishmentarianism', 'is long']],
    ['孤独 孤独 孤独', 9, ['孤独 孤独', '孤独']],
    ['', 10, ['']],
  ])('“%s” at %i columns', (text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines)
  })
})
