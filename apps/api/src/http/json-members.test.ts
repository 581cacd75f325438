import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countMembers } from './json-members.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

test.each([
  ['{}', 0],
  ['[]', 0],
  ['"a,b:c"', 0],
  ['{"a":1,"b":{"c":2}}', 3],
  ['[1,2,3]', 2],
  ['{"a":[1,2,3,4]}', 3],
  ['{"a\\"b,":"c\\\\","d":","}', 2],
  ['{"ключ,":"значение:"}', 1],
  ['{"a":1', 1],
  [',,,', 3],
])('%s has %i members', (text, members) => {
  expect(countMembers(bytes(text))).toBe(members)
})

test('the count is that of the parsed value', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 10 }), (text) => {
      let [keys, separators] = [0, 0]
      JSON.parse(text, function (this: unknown, _key, value: unknown) {
        if (typeof value !== 'object' || value === null) return value
        const size = Object.keys(value).length
        if (!Array.isArray(value)) keys += size
        separators += Math.max(0, size - 1)
        return value
      })
      // Duplicate keys count, too. fast-check generates none.
      expect(countMembers(bytes(text))).toBe(Math.max(keys, separators))
    }),
  )
})

test('20 levels are allowed, 21 are not, and brackets in strings are none', () => {
  const nested = (levels: number) => bytes('['.repeat(levels) + ']'.repeat(levels))
  expect(countMembers(nested(20))).toBe(0)
  expect(() => countMembers(nested(21))).toThrow('at most 20 levels')
  expect(() => countMembers(bytes('{"a":'.repeat(1_000)))).toThrow('at most 20 levels')
  expect(countMembers(bytes(`["${'['.repeat(100)}"]`))).toBe(0)
  expect(countMembers(bytes(`[${'[],'.repeat(100)}[]]`))).toBe(100)
})
