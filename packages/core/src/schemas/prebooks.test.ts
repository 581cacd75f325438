import { describe, expect, test } from 'vitest'
import { PrebookDetail, PrebookListInput, PrebookPage } from './prebooks.ts'

const prebook = {
  id: 3,
  bookId: 1,
  bookTitle: 'Dune',
  bookAuthor: 'Frank Herbert',
  status: 'waiting',
  bookExpectedOn: null,
  bookExpectedPrecision: null,
  createdAt: '2026-03-01T09:30:00.000Z',
  notifiedAt: null,
  cancelledAt: null,
  cancelledBy: null,
  successorId: null,
}

describe('the list of prebooks', () => {
  test.each(['waiting', 'notified', 'cancelled'])('accepts the status %s', (status) => {
    expect(PrebookListInput.parse({ status })).toMatchObject({ status })
  })

  test.each(['', 'Waiting', 'open', null, 1, ['waiting']])('rejects the status %j', (status) => {
    expect(PrebookListInput.safeParse({ status }).success).toBe(false)
  })

  test('drops fields that are not part of the API', () => {
    const page = { items: [{ ...prebook, userId: 9, waitlistId: 4 }], nextCursor: null }
    expect(PrebookPage.parse(page)).toEqual({ items: [prebook], nextCursor: null })
  })
})

describe('one prebook', () => {
  test.each([1, 1_000, '1000+', null])('accepts the queue position %s', (queuePosition) => {
    expect(PrebookDetail.parse({ ...prebook, queuePosition })).toEqual({ ...prebook, queuePosition })
  })

  test.each([1_001, -1, '7', undefined])('rejects the queue position %s', (queuePosition) => {
    expect(PrebookDetail.safeParse({ ...prebook, queuePosition }).success).toBe(false)
  })
})
