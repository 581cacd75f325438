import { describe, expect, test } from 'vitest'
import { PrebookDetail, PrebookListInput, PrebookPage } from './prebooks.ts'

const prebook = {
  id: 3,
  bookId: 1,
  bookTitle: 'Dune',
  bookAuthor: 'Frank Herbert',
  status: 'waiting',
  createdAt: '2026-03-01T09:30:00.000Z',
  notifiedAt: null,
  cancelledAt: null,
}

describe('the list of prebooks', () => {
  test.each(['waiting', 'notified', 'cancelled'])('can be narrowed to %s', (status) => {
    expect(PrebookListInput.parse({ status })).toMatchObject({ status })
  })

  test.each(['', 'Waiting', 'open', null, 1, ['waiting']])('cannot be narrowed to %j', (status) => {
    expect(PrebookListInput.safeParse({ status }).success).toBe(false)
  })

  test('shows of a prebook what belongs to the contract and drops the rest', () => {
    const page = { items: [{ ...prebook, userId: 9, waitlistId: 4 }], nextCursor: null }
    expect(PrebookPage.parse(page)).toEqual({ items: [prebook], nextCursor: null })
  })
})

describe('one prebook', () => {
  test.each([1, 1_000, '1000+', null])('may stand at %s in the queue', (queuePosition) => {
    expect(PrebookDetail.parse({ ...prebook, queuePosition })).toEqual({ ...prebook, queuePosition })
  })

  test.each([1_001, -1, '7', undefined])('may not stand at %s', (queuePosition) => {
    expect(PrebookDetail.safeParse({ ...prebook, queuePosition }).success).toBe(false)
  })
})
