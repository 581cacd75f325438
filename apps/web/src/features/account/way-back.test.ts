import { expect, test } from 'vitest'
import { wayBack } from './way-back.ts'

const origin = 'https://books.example.org'

test.each(['/', '/books/12', '/?query=dune&inStock=false', '/books/12#queue'])(
  'leads back to %s',
  (wanted) => {
    expect(wayBack(wanted, origin)).toBe(wanted)
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
])('leads from %s to the catalogue', (wanted) => {
  expect(wayBack(wanted, origin)).toBe('/')
})
