import { expect, it } from 'vitest'
import { catalogue } from './catalogue.ts'

it('has enough titles to browse, sold out and in stock', () => {
  expect(catalogue.length).toBeGreaterThanOrEqual(60)
  const soldOut = catalogue.filter((book) => book.stockQuantity === 0)
  expect(soldOut.length).toBeGreaterThanOrEqual(10)
  expect(soldOut.length).toBeLessThan(catalogue.length / 2)
})

it.each(catalogue)('has complete data for $title', (book) => {
  for (const text of [book.title, book.author, book.description]) {
    expect(text).toBe(text.trim())
    expect(text).not.toBe('')
  }
  expect(book.priceCents).toBeGreaterThan(0)
  expect(Number.isInteger(book.priceCents)).toBe(true)
  expect(book.stockQuantity).toBeGreaterThanOrEqual(0)
  expect(Number.isInteger(book.stockQuantity)).toBe(true)
})

it.each(catalogue)('gives $title a valid ISBN', ({ isbn }) => {
  expect(isbn).toMatch(/^97[89]\d{10}$/)
  // ISBN-13: digits have weights 1 and 3 in turn, and the check digit makes the sum a multiple of ten.
  const sum = Array.from(isbn, Number).reduce(
    (total, digit, index) => total + digit * (index % 2 === 0 ? 1 : 3),
    0,
  )
  expect(sum % 10).toBe(0)
})

it('lists each book once', () => {
  expect(new Set(catalogue.map(({ isbn }) => isbn)).size).toBe(catalogue.length)
  expect(new Set(catalogue.map(({ title }) => title)).size).toBe(catalogue.length)
})
