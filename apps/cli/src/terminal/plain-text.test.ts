import { describe, expect, test } from 'vitest'
import { plain, plainJson, plainText } from './plain-text.ts'

const harmful = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u

describe('neutralises server text that', () => {
  test.each([
    ['clears the screen', 'Dune\u001b[2J', 'Dune'],
    ['colours', '\u001b[31mDune\u001b[0m', 'Dune'],
    ['uses the one-character CSI', 'Dune\u009b2J', 'Dune'],
    ['sets the window title', '\u001b]0;pwned\u0007Dune', 'Dune'],
    ['hides a link', '\u001b]8;;http://evil.example\u0007Dune\u001b]8;;\u0007', 'Dune'],
    ['returns to the start of the line', 'Dune\rFree', 'Dune Free'],
    ['backspaces', 'Dune\b\b\b\bFree', 'DuneFree'],
    ['breaks the line', 'Dune\nFree\u2028!', 'Dune Free !'],
    ['tabs', 'Dune\tMessiah', 'Dune Messiah'],
    ['reverses the direction', 'Dune\u202eenuD', 'DuneenuD'],
    ['contains half a surrogate pair', 'Dune\ud800', 'Dune\ufffd'],
    ['ends with a lone escape', 'Dune\u001b', 'Dune'],
  ])('%s', (_name, text, expected) => {
    expect(plainText(text)).toBe(expected)
  })

  test('removes every control character in every position', () => {
    for (let code = 0; code <= 0xa0; code += 1) {
      const character = String.fromCharCode(code)
      for (const text of [character, `a${character}b`, `a${character}[2Jb`, `\u001b${character}b`]) {
        expect(plainText(text)).not.toMatch(harmful)
      }
    }
  })

  test.each(['Les Misérables', '百年の孤独', 'Война и мир', 'שלום', '👩‍🚀 in space'])(
    'leaves “%s” unchanged',
    (title) => {
      expect(plainText(title)).toBe(title)
    },
  )
})

test('makes every value of a sentence plain and keeps its own spaces', () => {
  const fakeNumber = '\u001b[2J7' as unknown as number
  expect(plain`#${fakeNumber}: ${' Dune\u0007 '} by ${'x'}.`).toBe('#7: Dune by x.')
})

describe('JSON output', () => {
  const value = { title: 'a\u001b[2J\u009b2J\u007f\u202e\u2028b', items: ['百年の孤独'] }

  test('contains no control characters except line breaks between fields', () => {
    expect(plainJson(value).replaceAll('\n', '')).not.toMatch(harmful)
  })

  test('parses to the value that the server sent', () => {
    expect(JSON.parse(plainJson(value))).toEqual(value)
  })
})
