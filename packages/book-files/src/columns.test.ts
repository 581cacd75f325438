import { describe, expect, test } from 'vitest'
import { bookColumns } from './books/book-columns.ts'
import { shipmentColumns } from './stock/shipment-columns.ts'
import { matchColumns } from './columns.ts'

const problem = (headers: string[]) => {
  try {
    matchColumns(headers, bookColumns)
  } catch (error) {
    return String(error)
  }
  return expect.unreachable('The columns should be rejected.')
}

describe('matching columns by header', () => {
  test('ignores order, case, spaces and hyphens, and accepts synonyms', () => {
    const columns = matchColumns(['List Price', 'ISBN-13', 'TITLE', '', 'Authors'], bookColumns)
    expect(Object.fromEntries(columns)).toEqual({
      price: { index: 0, header: 'List Price' },
      isbn: { index: 1, header: 'ISBN-13' },
      title: { index: 2, header: 'TITLE' },
      author: { index: 4, header: 'Authors' },
    })
  })

  test('reports every problem at once', () => {
    const text = problem(['title', 'name', 'author', 'publisher', 'Jahr'])
    expect(text).toContain('Missing columns: isbn, price.')
    expect(text).toContain('“title” and “name” both mean title.')
    expect(text).toContain('Unknown columns: “publisher”, “Jahr”.')
  })

  test('reports a file without a header briefly', () => {
    const text = problem(['Dune', 'Frank Herbert', '9780441013593', '9.99', 'x', 'y', 'z'])
    expect(text).toContain('Missing columns: title, author, isbn, price.')
    expect(text).toContain('“x”, ….')
    expect(text).not.toContain('“z”')
  })

  test('requires one column of a group', () => {
    expect(matchColumns(['id', 'qty'], shipmentColumns).size).toBe(2)
    expect(matchColumns(['isbn', 'id', 'quantity'], shipmentColumns).size).toBe(3)
    expect(() => matchColumns(['quantity'], shipmentColumns)).toThrow('Missing columns: isbn or id.')
  })
})
