import { describe, expect, test } from 'vitest'
import type { Prebook } from '@prebook/core'
import { SentPrebooks } from './sent-prebooks.ts'

function prebook(id: number, status: Prebook['status'], cancelledAt: string | null = null): Prebook {
  return {
    id,
    bookId: 1,
    bookTitle: 'Dune',
    bookAuthor: 'Frank Herbert',
    status,
    bookExpectedOn: null,
    bookExpectedPrecision: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    notifiedAt: null,
    cancelledAt,
    cancelledBy: status === 'cancelled' ? 'reader' : null,
    successorId: null,
  }
}

describe('SentPrebooks', () => {
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
  ] as const)('after %j, sends %s: %j', (before, status, expected) => {
    const sent = new SentPrebooks()
    for (const each of before) sent.record(prebook(7, each))
    expect(sent.record(prebook(7, status))).toBe(expected)
  })

  test('forgets what was cancelled long ago; keeps all that can still change', () => {
    const sent = new SentPrebooks()
    sent.record(prebook(1, 'waiting'))
    // The lower the id, the later it was cancelled.
    const time = (id: number) => new Date(10_000_000 - id).toISOString()
    for (let id = 2; id <= 1_002; id += 1) expect(sent.record(prebook(id, 'cancelled', time(id)))).toBe(true)
    expect([2, 501, 502, 1_002].map((id) => sent.hasCancelled(id))).toEqual([true, true, false, false])
    expect([...sent.live]).toEqual([1])
    expect(sent.record(prebook(1, 'waiting'))).toBe(false)
    expect(sent.record(prebook(1, 'notified'))).toBe(true)
    expect(sent.record(prebook(1, 'cancelled', time(1)))).toBe(true)
    expect(sent.record(prebook(1, 'cancelled', time(1)))).toBe(false)
    expect([...sent.live]).toEqual([])
  })
})
