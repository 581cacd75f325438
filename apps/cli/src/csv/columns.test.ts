import { describe, expect, test } from 'vitest'
import { bookColumns } from '../import/book-columns.ts'
import { shipmentColumns } from '../shipment/shipment-columns.ts'
import { matchColumns } from './columns.ts'

const problem = (headers: string[]) => {
  try {
    matchColumns(headers, bookColumns)
  } catch (error) {
    return String(error)
  }
  return expect.unreachable('The columns should not fit.')
}

describe('columns are known by their headings', () => {
  test('in any order, whatever the case, spaces and hyphens, and by synonyms', () => {
    const columns = matchColumns(['List Price', 'ISBN-13', 'TITLE', '', 'Authors'], bookColumns)
    expect(Object.fromEntries(columns)).toEqual({
      price: { index: 0, header: 'List Price' },
      isbn: { index: 1, header: 'ISBN-13' },
      title: { index: 2, header: 'TITLE' },
      author: { index: 4, header: 'Authors' },
    })
  })

  test('and everything wrong with them is told at once', () => {
    const text = problem(['title', 'name', 'author', 'publisher', 'Jahr'])
    expect(text).toContain('Missing: isbn, price.')
    expect(text).toContain('“title” and “name” are both the title.')
    expect(text).toContain('Not known: “publisher”, “Jahr”.')
  })

  test('a file without a heading is told in few words', () => {
    const text = problem(['Dune', 'Frank Herbert', '9780441013593', '9.99', 'x', 'y', 'z'])
    expect(text).toContain('Missing: title, author, isbn, price.')
    expect(text).toContain('“x”, ….')
    expect(text).not.toContain('“z”')
  })

  test('of some columns one is enough', () => {
    expect(matchColumns(['id', 'qty'], shipmentColumns).size).toBe(2)
    expect(matchColumns(['isbn', 'id', 'quantity'], shipmentColumns).size).toBe(3)
    expect(() => matchColumns(['quantity'], shipmentColumns)).toThrow('Missing: isbn or id.')
  })
})
