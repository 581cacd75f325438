import { expect, test } from 'vitest'
import { detectSeparator } from './separator.ts'

test.each([
  ['title,author,isbn', ','],
  ['title;author;isbn', ';'],
  ['title\tauthor\tisbn', '\t'],
  ['"title, in full";author', ';'],
  ['title;"a,b,c,d";isbn', ';'],
  ['title', ','],
  ['"a;b","c;d"', ','],
])('detects in %j the separator %j', (header, separator) => {
  expect(detectSeparator(header)).toBe(separator)
})
