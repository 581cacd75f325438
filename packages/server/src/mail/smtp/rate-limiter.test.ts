import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createRateLimiter } from './rate-limiter.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const forever = new AbortController().signal

test('slots are spaced evenly, and go to the lane `now` first', async () => {
  const limiter = createRateLimiter(10)
  const taken: string[] = []
  const take = (name: string, lane: 'now' | 'bulk', abort = forever) =>
    limiter.take(lane, abort).then((got) => void taken.push(`${name} ${got ? 'got' : 'gave up'}`))
  expect(limiter.isFree()).toBe(true)
  await take('first', 'bulk')
  expect(limiter.isFree()).toBe(false)
  const stop = new AbortController()
  void take('second', 'bulk')
  void take('third', 'bulk', stop.signal)
  void take('fourth', 'bulk')
  void take('urgent', 'now')
  await vi.advanceTimersByTimeAsync(99)
  expect(taken).toEqual(['first got'])
  await vi.advanceTimersByTimeAsync(1)
  expect(taken).toEqual(['first got', 'urgent got'])
  stop.abort()
  await vi.advanceTimersByTimeAsync(100)
  expect(taken.slice(2)).toEqual(['third gave up', 'second got'])
  await vi.advanceTimersByTimeAsync(100)
  expect(taken.slice(4)).toEqual(['fourth got'])
  await vi.advanceTimersByTimeAsync(100)
  expect(limiter.isFree()).toBe(true)
})
