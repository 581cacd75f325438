import { expect, test } from 'vitest'
import { returnPath } from './return-path.ts'

const origin = 'https://books.example.org'

test.each(['/', '/books/12', '/?query=dune&inStock=false', '/books/12#queue'])(
  'returns to %s',
  (redirect) => {
    expect(returnPath(redirect, origin)).toBe(redirect)
  },
)

test.each([
  undefined,
  '',
  'books/12',
  '//evil.example/x',
  '/\\evil.example',
  'https://evil.example',
  'javascript:alert(1)',
  '/\t/evil.example',
])('ignores %s and goes to the catalogue', (redirect) => {
  expect(returnPath(redirect, origin)).toBe('/')
})
