import { expect, test } from 'vitest'
import { page, readCursor } from './cursor.ts'

const cut = (rows: number[], limit: number) =>
  page(
    'books',
    rows,
    limit,
    (row) => row,
    (row) => row,
  )

test('a page has a cursor to the next page; the last page has none', () => {
  const { items, nextCursor } = cut([5, 4, 3], 2)
  expect(items).toEqual([5, 4])
  expect(readCursor('books', nextCursor)).toBe(4)
  expect(cut([5, 4], 2).nextCursor).toBeNull()
  expect(cut([], 2)).toEqual({ items: [], nextCursor: null })
})

test.each(['', 'x', 'Ym9va3M6MA', 'Ym9va3M6LTE', Buffer.from('users:4').toString('base64url')])(
  'rejects the cursor %j and names the field',
  (cursor) => {
    expect(() => readCursor('books', cursor)).toThrow(
      expect.objectContaining({ reason: 'VALIDATION_ERROR', field: 'cursor' }),
    )
  },
)
