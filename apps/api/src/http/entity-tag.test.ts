import { expect, test } from 'vitest'
import { entityTag, isKnown } from './entity-tag.ts'

test('the same content has the same tag, in any form', () => {
  expect(entityTag('one')).toMatch(/^W\/"[\w-]{43}"$/)
  expect(entityTag(Buffer.from('one'))).toBe(entityTag('one'))
  expect(entityTag('two')).not.toBe(entityTag('one'))
})

test.each(['W/"a"', '"a"', ' W/"a" ', '"b", W/"a"', '"b,", "a"', '"b","a"', '*', ' * '])(
  'If-None-Match: %s knows W/"a"',
  (known) => expect(isKnown(known, 'W/"a"')).toBe(true),
)

test.each([undefined, '', 'a', '"A"', '"b"', 'W/"aa"', '"b, a"', '"*"', 'W/*'])(
  'If-None-Match: %s does not know W/"a"',
  (known) => expect(isKnown(known, 'W/"a"')).toBe(false),
)
