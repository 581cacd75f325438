import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lineOfText, paragraphs, searchQuery } from './scalars.ts'

const kinds = [
  { name: 'lineOfText', schema: lineOfText(10) },
  { name: 'paragraphs', schema: paragraphs(10) },
  { name: 'searchQuery', schema: searchQuery(10) },
]

const brokenTexts: [string, string][] = [
  ['NUL', 'a\u0000b'],
  ['a backspace', 'a\bb'],
  ['an escape sequence', '\u001b[31mred'],
  ['a vertical tab', 'a\u000bb'],
  ['a lone carriage return', 'a\rb'],
  ['DEL', 'a\u007fb'],
  ['a C1 control character', 'a\u0085b'],
  ['the last C1 control character', 'a\u009fb'],
  ['a line separator', 'a\u2028b'],
  ['a paragraph separator', 'a\u2029b'],
  ['the first half of a surrogate pair', 'a\ud83db'],
  ['the second half of a surrogate pair', 'a\udcd6b'],
  ['halves in the wrong order', '\udcd6\ud83d'],
]

describe.each(kinds)('$name', ({ schema }) => {
  test.each(brokenTexts)('rejects %s', (_what, text) => {
    expect(schema.safeParse(text).success).toBe(false)
  })

  test.each([1, null, undefined, true, ['a'], {}])('rejects a value that is not a string: %s', (value) => {
    expect(schema.safeParse(value).success).toBe(false)
  })

  test('trims before it checks the length', () => {
    expect(schema.parse(`  \t\n${'x'.repeat(10)}\u00a0\n `)).toBe('x'.repeat(10))
    expect(schema.safeParse('x'.repeat(11)).success).toBe(false)
  })

  test('accepts any script and emoji', () => {
    for (const text of ['Ærø', 'Война', '雪国', '\u{1f4d6}', 'שלום']) expect(schema.parse(text)).toBe(text)
  })

  test('rejects control characters other than allowed line breaks and tabs, at any position', () => {
    const control = fc.integer({ min: 0, max: 0x9f }).filter((code) => code < 0x20 || code >= 0x7f)
    fc.assert(
      fc.property(control, fc.nat({ max: 3 }), (code, at) => {
        const text = `abcd`.slice(0, at) + String.fromCharCode(code) + `abcd`.slice(at)
        const parsed = schema.safeParse(text)
        expect(parsed.success ? parsed.data : 'a').toMatch(/^[abcd\t\n]+$/)
      }),
    )
  })
})

describe.each(kinds.slice(0, 2))('$name', ({ schema }) => {
  test.each(['', ' ', '\n\t\r\n', '\u00a0\u3000'])('rejects text of white space only: %j', (text) => {
    expect(schema.safeParse(text).success).toBe(false)
  })

  test('normalizes to composed letters', () => {
    expect(schema.parse('Cafe\u0301')).toBe('Caf\u00e9')
    expect(schema.parse('Caf\u00e9')).toBe('Caf\u00e9')
    // Ten letters, entered as twenty characters.
    expect(schema.parse('e\u0301'.repeat(10))).toBe('\u00e9'.repeat(10))
    expect(schema.safeParse('e\u0301'.repeat(11)).success).toBe(false)
  })
})

describe('lineOfText', () => {
  test.each(['a\nb', 'a\tb', 'a\r\nb'])('rejects more than one line: %j', (text) => {
    expect(lineOfText(10).safeParse(text).success).toBe(false)
  })
})

describe('paragraphs', () => {
  test.each(['a\nb', 'a\tb', 'a\r\nb', 'a\n\n\nb'])('accepts line breaks and tabs: %j', (text) => {
    expect(paragraphs(10).parse(text)).toBe(text)
  })

  test('rejects a carriage return outside a line break', () => {
    expect(paragraphs(10).safeParse('a\r\r\nb').success).toBe(false)
  })
})

describe('searchQuery', () => {
  test('can be empty', () => {
    expect(searchQuery(10).parse('  ')).toBe('')
  })

  test('accepts SQL wildcards', () => {
    expect(searchQuery(10).parse('100%_\\')).toBe('100%_\\')
  })
})
