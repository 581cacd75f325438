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
  ['DEL', 'a\u007fb'],
  ['a C1 control character', 'a\u0080b'],
  ['the last C1 control character', 'a\u009fb'],
  ['the first half of a surrogate pair', 'a\ud83db'],
  ['the second half of a surrogate pair', 'a\udcd6b'],
  ['halves in the wrong order', '\udcd6\ud83d'],
]

const lineBreaks = ['\n', '\r\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029']

describe.each(kinds)('$name', ({ schema }) => {
  test.each(brokenTexts)('rejects %s', (_what, text) => {
    expect(schema.safeParse(text).success).toBe(false)
  })

  test.each([1, null, undefined, true, ['a'], {}])('rejects a value that is not a string: %s', (value) => {
    expect(schema.safeParse(value).success).toBe(false)
  })

  test('trims before it checks the length', () => {
    expect(schema.parse(`  \t\n${'x'.repeat(10)}\u00a0\n `)).toBe('x'.repeat(10))
  })

  test('accepts any script and emoji', () => {
    for (const text of ['Ærø', 'Война', '雪国', '\u{1f4d6}', 'שלום']) expect(schema.parse(text)).toBe(text)
  })

  test('rejects control characters other than line breaks and tabs, at any position', () => {
    const control = fc.integer({ min: 0, max: 0x9f }).filter((code) => code < 0x20 || code >= 0x7f)
    fc.assert(
      fc.property(control, fc.nat({ max: 3 }), (code, at) => {
        const text = `abcd`.slice(0, at) + String.fromCharCode(code) + `abcd`.slice(at)
        const parsed = schema.safeParse(text)
        expect(parsed.success ? parsed.data : 'a').toMatch(/^[abcd\s]+$/)
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
  })

  test.each(['\u200b\u200b', '\u00ad', '\u2060 \ufeff', '\u2800', '\u3164', '\u0301', '\u200e', '\u{e0041}'])(
    'rejects text of which nothing is visible: %j',
    (text) => {
      expect(schema.safeParse(text).success).toBe(false)
    },
  )

  test('removes characters that change the direction of text', () => {
    expect(schema.parse('ab \u202ecd\u202c e')).toBe('ab cd e')
    expect(schema.parse('\u2066ab\u2069\u200f')).toBe('ab')
  })

  test('keeps invisible characters that scripts and emoji need', () => {
    for (const text of ['می\u200cخواهم', '👩\u200d🚀']) expect(schema.parse(text)).toBe(text)
  })
})

describe.each(kinds.filter((kind) => kind.name !== 'paragraphs'))('$name', ({ schema }) => {
  test('rejects text that is too long', () => {
    expect(schema.safeParse('x'.repeat(11)).success).toBe(false)
  })
})

describe('lineOfText', () => {
  test.each([...lineBreaks, '\t', '\n\n', ' \r\n\t'])('joins lines with a space: %j', (lineBreak) => {
    expect(lineOfText(10).parse(`${lineBreak}a${lineBreak}b${lineBreak}`)).toBe('a b')
  })
})

describe('paragraphs', () => {
  test.each(lineBreaks)('has one kind of line break: %j', (lineBreak) => {
    expect(paragraphs(10).parse(`a${lineBreak}b \t${lineBreak}`)).toBe('a\nb')
  })

  test('keeps tabs and empty lines, one in a row', () => {
    expect(paragraphs(10).parse('a\tb')).toBe('a\tb')
    expect(paragraphs(10).parse('a\n\nb')).toBe('a\n\nb')
    expect(paragraphs(10).parse('a\n \n\r\n\nb')).toBe('a\n\nb')
  })

  test.each([
    ['as it is if it fits', 'x'.repeat(100), 'x'.repeat(100)],
    ['after a word', `${'long words '.repeat(9)}beyond`, `${'long words '.repeat(9).trim()}…`],
    ['within a text without spaces', 'ab '.padEnd(101, 'x'), `${'ab '.padEnd(99, 'x')}…`],
    ['before a surrogate pair', `${'x'.repeat(98)}\u{1f4d6}x`, `${'x'.repeat(98)}…`],
  ])('is cut %s', (_where, text, cut) => {
    expect(paragraphs(100).parse(text)).toBe(cut)
  })

  test('has at most the given length, whatever the text is', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ' ', '\n', '\r', 'e\u0301', '\u0958', '\u{1f4d6}'),
      maxLength: 60,
    })
    fc.assert(
      fc.property(text, (long) => {
        const parsed = paragraphs(20).safeParse(long)
        if (!parsed.success) return
        expect(parsed.data.length).toBeLessThanOrEqual(20)
        expect(parsed.data.isWellFormed()).toBe(true)
        expect(paragraphs(20).parse(parsed.data)).toBe(parsed.data)
      }),
    )
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
