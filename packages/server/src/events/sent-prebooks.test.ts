import { describe, expect, test } from 'vitest'
import type { Prebook } from '@prebook/core'
import { SentPrebooks } from './sent-prebooks.ts'

function prebook(id: number, status: Prebook['status']): Prebook {
  return {
    id,
    bookId: 1,
    bookTitle: 'Dune',
    bookAuthor: 'Frank Herbert',
    status,
    createdAt: '2026-01-01T00:00:00.000Z',
    notifiedAt: null,
    cancelledAt: null,
  }
}

describe('what a connection was told', () => {
  test.each([
    [[], 'waiting', true],
    [[], 'notified', true],
    [[], 'cancelled', true],
    [['waiting'], 'waiting', false],
    [['waiting'], 'notified', true],
    [['waiting'], 'cancelled', true],
    [['notified'], 'waiting', false],
    [['notified'], 'notified', false],
    [['notified'], 'cancelled', true],
    [['cancelled'], 'waiting', false],
    [['cancelled'], 'notified', false],
    [['cancelled'], 'cancelled', false],
    [['waiting', 'notified'], 'waiting', false],
  ] as const)('after %j, %s is news: %j', (before, status, news) => {
    const told = new SentPrebooks()
    for (const each of before) told.note(prebook(7, each))
    expect(told.note(prebook(7, status))).toBe(news)
  })

  test('forgets old cancelled prebooks, and takes them for told; never one that can still change', () => {
    const told = new SentPrebooks()
    told.note(prebook(1, 'waiting'))
    for (let id = 2; id <= 1_500; id += 1) expect(told.note(prebook(id, 'cancelled'))).toBe(true)
    expect(told.forgottenTo).toBe(502)
    expect(told.note(prebook(2, 'cancelled'))).toBe(false)
    expect(told.note(prebook(1_400, 'cancelled'))).toBe(false)
    expect(told.note(prebook(1, 'waiting'))).toBe(false)
    expect(told.note(prebook(1, 'notified'))).toBe(true)
    expect(told.note(prebook(1, 'cancelled'))).toBe(true)
    expect(told.note(prebook(1, 'cancelled'))).toBe(false)
  })
})
