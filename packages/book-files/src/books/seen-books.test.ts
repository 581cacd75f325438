import { isbnOf } from '@prebook/testing/isbn'
import { expect, test } from 'vitest'
import { rememberBooks } from './seen-books.ts'

test('a book is remembered with its line, however many follow', () => {
  const seen = rememberBooks()
  const books = Array.from({ length: 20_000 }, (_, index) => ({
    title: `Title ${index}`,
    author: 'An author',
    isbn: isbnOf(index + 1),
    priceCents: 999,
  }))
  const contradictions = (change: object) =>
    books.map((book, index) => seen.contradiction(book.isbn, { ...book, ...change }, index + 2))
  const none = new Set(contradictions({}))
  expect([...none, ...new Set(contradictions({}))]).toEqual([null, null])
  expect(contradictions({ title: 'Another' })).toEqual(
    books.map((_, index) => `contradicts line ${index + 2}: one ISBN, two titles.`),
  )
  expect(contradictions({ priceCents: 1_000 })).toEqual(
    books.map((_, index) => `contradicts line ${index + 2}, which has the same ISBN and other values.`),
  )
})
