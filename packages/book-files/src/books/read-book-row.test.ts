import { describe, expect, test } from 'vitest'
import type { TableRow } from '../read-table.ts'
import type { BookColumn } from './book-columns.ts'
import { readBookRow } from './read-book-row.ts'

const dune = {
  title: 'Dune',
  author: 'Frank Herbert',
  isbn: '9780441013593',
  price: '9.99',
  description: '',
  stock: '',
  expected: '',
  availability: '',
  successor: '',
}

const rowOf = (values: Partial<Record<BookColumn, string>>): TableRow<BookColumn> => ({
  line: 2,
  lastLine: 2,
  bytes: 0,
  values: { ...dune, ...values },
  problem: null,
})

describe('a row of a file', () => {
  test('becomes an API row, without its empty values', () => {
    expect(readBookRow(rowOf({}), { separator: ',', currency: 'EUR' })).toEqual({
      row: { title: 'Dune', author: 'Frank Herbert', isbn: '9780441013593', priceCents: 999 },
    })
    expect(
      readBookRow(rowOf({ description: 'Sand.', stock: '0' }), { separator: ',', currency: 'EUR' }),
    ).toMatchObject({
      row: { description: 'Sand.', stockQuantity: 0 },
    })
  })

  test.each([
    ['9,99', ';', 999],
    ['9,9', ';', 990],
    ['9.99', ';', 999],
    ['9.99', '\t', 999],
    ['12', ',', 1200],
  ] as const)('reads the price %s in a file separated by %j as %i cents', (price, separator, priceCents) => {
    expect(readBookRow(rowOf({ price }), { separator, currency: 'EUR' })).toMatchObject({
      row: { priceCents },
    })
  })

  test.each([
    ['9,99', ','],
    ['9,99', '\t'],
    ['1.234,50', ';'],
    ['1,234.50', ';'],
    ['9,999', ';'],
    ['€9', ';'],
    ['', ';'],
  ] as const)('rejects the price “%s” in a file separated by %j', (price, separator) => {
    expect(readBookRow(rowOf({ price }), { separator, currency: 'EUR' })).toMatchObject({
      issues: [{ column: 'price' }],
    })
  })

  test('with several problems reports them all', () => {
    expect(
      readBookRow(rowOf({ isbn: '441013598', price: 'x', stock: '-1' }), { separator: ',', currency: 'EUR' }),
    ).toMatchObject({
      issues: [{ column: 'isbn' }, { column: 'price' }, { column: 'stock' }],
    })
  })

  test('that is malformed is not read further', () => {
    expect(
      readBookRow({ ...rowOf({ price: 'x' }), problem: 'Broken.' }, { separator: ',', currency: 'EUR' }),
    ).toEqual({
      issues: [{ column: null, message: 'Broken.' }],
    })
  })
})

test('sends dates and availabilities as they are, and empty ones not at all', () => {
  const form = { separator: ',', currency: 'EUR' } as const
  const values = { expected: '20270312', availability: '41', successor: '978-0-14-143958-7' }
  expect(readBookRow(rowOf(values), form)).toMatchObject({
    row: { ...values, successor: expect.stringContaining('978') as string },
  })
  const { row } = readBookRow(rowOf({}), form) as { row: object }
  for (const column of ['expected', 'availability', 'successor']) expect(row).not.toHaveProperty(column)
})
