import { expect, test } from 'vitest'
import { cursorText, readCursorText } from './cursor.ts'

test('a cursor says after which id its list continues', () => {
  expect(readCursorText('books', cursorText('books', 42))).toBe(42)
})

test.each(['', 'books', 'books:', 'books:0', 'books:1.5', 'users:1', 'books:12345678901234567'])(
  'refuses %j as a cursor of books',
  (text) => expect(() => readCursorText('books', text)).toThrow('Must be the cursor'),
)
