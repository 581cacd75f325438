import { describe, expect, test } from 'vitest'
import type { Book, OrderLine } from '@prebook/core'
import { collect } from '../testing/collect.ts'
import { readRecords } from '../read-records.ts'
import { listColumns, type ListName } from './list-columns.ts'
import { columnNames, listWriter } from './write-list.ts'

// Other programs read these files by their names. A column may be added at the end. To change one is to break them.
test.each([
  [
    'books',
    'id,isbn,title,author,price,currency,stock_quantity,expected_on,withdrawn_at,successor_id,description,created_at,updated_at',
  ],
  ['overdueBooks', 'book_id,isbn,title,author,expected_on,waiting'],
  ['demand', 'book_id,isbn,title,author,waiting,joined_lately,since,expected_on,overdue'],
  ['orderList', 'isbn,title,author,copies,waiting,book_id,since,expected_on'],
  ['waitlist', 'position,prebook_id,user_id,email,created_at'],
  [
    'stockHistory',
    'id,book_id,created_at,delta,quantity_after,notified,actor_id,actor_email,token_id,token_name,note',
  ],
  [
    'deliveries',
    'id,kind,state,email,user_id,prebook_id,book_id,book_title,attempts,queued_at,next_attempt_at,sent_at,skip_reason,last_error,address_suppressed',
  ],
  ['users', 'id,email,role,is_active,mail_opt_out,created_at'],
  [
    'tokens',
    'id,name,scopes,status,created_by,created_by_email,created_at,expires_at,last_used_at,revoked_at,overlap_ends_at',
  ],
  [
    'auditLog',
    'id,at,actor_id,actor_email,token_id,token_name,action,subject,subject_email,subject_token_name,details',
  ],
] as const)('the columns of %s stay', (list, names) => {
  expect(columnNames(list).slice(0, names.split(',').length).join(',')).toBe(names)
})

test('each list is tested here', () => {
  const lists: ListName[] = [
    'books',
    'overdueBooks',
    'demand',
    'orderList',
    'waitlist',
    'stockHistory',
    'deliveries',
    'users',
    'tokens',
    'auditLog',
  ]
  expect(Object.keys(listColumns)).toEqual(lists)
})

const book: Book = {
  id: 12,
  title: '=1+1, or “Dune”',
  author: 'Frank Herbert',
  priceCents: 1_990,
  currency: 'EUR',
  isbn: '9780441013593',
  description: 'Sand.\nMore sand.',
  stockQuantity: 3,
  inStock: true,
  withdrawnAt: null,
  successorId: null,
  expectedOn: '2027-spring',
  expectedPrecision: 'season',
  createdAt: '2026-03-01T09:30:00.000Z',
  updatedAt: '2026-03-02T09:30:00.000Z',
}

describe('a list', () => {
  test('begins with the mark and the header, and goes on with rows', () => {
    const write = listWriter('orderList')
    const line: OrderLine = {
      waitlistId: 4,
      bookId: 12,
      bookTitle: 'Dune',
      bookAuthor: 'Frank Herbert',
      isbn: null,
      expectedOn: null,
      expectedPrecision: null,
      overdue: false,
      waiting: 7,
      since: '2026-03-01T09:30:00.000Z',
      joinedLately: 2,
      copies: 3,
    }
    expect(write([line])).toBe(
      '\uFEFFisbn,title,author,copies,waiting,book_id,since,expected_on\r\n' +
        ',Dune,Frank Herbert,3,7,12,2026-03-01T09:30:00.000Z,\r\n',
    )
    expect(write([])).toBe('')
    expect(write([{ ...line, isbn: '9780441013593', expectedOn: '2027-03' }])).toBe(
      '9780441013593,Dune,Frank Herbert,3,7,12,2026-03-01T09:30:00.000Z,2027-03\r\n',
    )
  })

  test('without items is the header', () => {
    expect(listWriter('users')([])).toBe('\uFEFFid,email,role,is_active,mail_opt_out,created_at\r\n')
  })

  test('counts positions across pages', () => {
    const write = listWriter('waitlist')
    const reader = { prebookId: 5, userId: 6, email: null, createdAt: '2026-03-01T09:30:00.000Z' }
    expect(write([reader, reader])).toContain('\r\n1,5,6,,2026-03-01T09:30:00.000Z\r\n2,5,')
    expect(write([reader])).toBe('3,5,6,,2026-03-01T09:30:00.000Z\r\n')
  })

  test('of books has prices in the decimals of their currency', () => {
    const prices = ['EUR', 'JPY', 'KWD'].map((currency) => {
      const [, line = ''] = listWriter('books')([{ ...book, title: 'Dune', currency }]).split('\r\n')
      return line.split(',').slice(4, 6)
    })
    expect(prices).toEqual([
      ['19.90', 'EUR'],
      ['1990', 'JPY'],
      ['1.990', 'KWD'],
    ])
  })

  test('is read back by the reader of this package', async () => {
    const text = listWriter('books')([book, { ...book, id: 13, isbn: null, description: null }])
    async function* bytes() {
      yield new TextEncoder().encode(text)
    }
    const rows = await collect((await readRecords(bytes())).rows)
    expect(rows.map(({ cells, problem }) => [problem, ...cells.slice(0, 6), cells[10]])).toEqual([
      [null, 'id', 'isbn', 'title', 'author', 'price', 'currency', 'description'],
      [null, '12', '9780441013593', "'=1+1, or “Dune”", 'Frank Herbert', '19.90', 'EUR', 'Sand.\nMore sand.'],
      [null, '13', '', "'=1+1, or “Dune”", 'Frank Herbert', '19.90', 'EUR', ''],
    ])
  })
})
