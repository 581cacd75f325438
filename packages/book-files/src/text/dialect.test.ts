import { expect, test } from 'vitest'
import { detectDialect } from './dialect.ts'

test.each([
  ['title,author,isbn', ','],
  ['title;author;isbn', ';'],
  ['title\tauthor\tisbn', '\t'],
  ['title|author|isbn', '|'],
  ['"title, in full";author', ';'],
  ['title;"a,b,c,d";isbn', ';'],
  ['title', ','],
  ['"a;b","c;d"', ','],
  ['title;price\nA, B and C;9,99\nD;12,50\n', ';'],
  ['Stock report\nPrinted 2026-11-02, 10:00\n\nisbn;title\n1;A\n2;B\n', ';'],
  ['isbn\ttitle\tlast, first\n1\tA, B\tC, D\n2\tE, F\tG, H\n', '\t'],
  ['isbn,tags\n1,a|b|c\n2,d|e|f\n', ','],
  ['sep=;\ntitle,author;price\n', ';'],
  ['"sep=|"\ntitle,author|price\n', '|'],
])('detects in %j the separator %j', (start, separator) => {
  expect(detectDialect(start).separator).toBe(separator)
})

test.each([
  ['a;b\n"The \\"Long\\" Wait";x\n', '\\'],
  ['a;b\n"\\"";x\n', '\\'],
  ['a;b\n"\\";x";y\n', '\\'],
  ['a;b\n"C:\\list\\";x\n', '"'],
  ['a;b\n"C:\\list\\";"a ""b"""\n', '"'],
  ['a;b\n"He said ""\\"".";x\n', '"'],
])('detects in %j the escape %j', (start, escape) => {
  expect(detectDialect(start).escape).toBe(escape)
})

test('skips the line that names the separator, and refuses an unknown one', () => {
  expect(detectDialect('sep=,\na,b\n').skip).toBe(6)
  expect(detectDialect('separate=;\na,b\n').skip).toBe(0)
  expect(() => detectDialect('sep=#\na#b\n')).toThrow('names “#” as the separator')
})
