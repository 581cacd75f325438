import { stripVTControlCharacters } from 'node:util'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { openProgress, progressLine } from './progress.ts'
import { textWidth } from './text-width.ts'

const line = (...args: Parameters<typeof progressLine>) => stripVTControlCharacters(progressLine(...args))

describe('the progress line', () => {
  const halfway = { done: '5000 rows', count: 5000, share: 0.5 }

  test('shows share, rate and time left', () => {
    expect(line('Importing', halfway, 10, 100)).toBe(
      'Importing  ██████████             50 %  5000 rows, 500/s, 10 s left',
    )
  })

  test('drops the bar when space is short, then truncates', () => {
    expect(line('Importing', halfway, 10, 60)).toBe('Importing   50 %  5000 rows, 500/s, 10 s left')
    for (let width = 1; width < 90; width += 1)
      expect(textWidth(line('Importing', halfway, 10, width))).toBeLessThanOrEqual(width)
  })

  test('omits unknown figures', () => {
    expect(line('Importing', { done: '5000 rows', count: 5000, share: null }, 10, 100)).toBe(
      'Importing  5000 rows, 500/s',
    )
    expect(line('Counting', { done: '0 of 3 titles', share: 0 }, 0, 50)).toBe(
      'Counting    0 %  0 of 3 titles',
    )
  })
})

test('without a terminal, a line is written every 10 seconds', () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  vi.stubEnv('TERM', 'dumb')
  onTestFinished(() => {
    vi.useRealTimers()
    vi.unstubAllEnvs()
    stderr.mockRestore()
  })
  using progress = openProgress('Importing', { json: true })
  for (let second = 0; second < 30; second += 1) {
    progress.show({ done: `${second * 100} rows`, count: second * 100, share: second / 100 })
    vi.advanceTimersByTime(1_000)
  }
  const lines = stderr.mock.calls.map(([text]) => stripVTControlCharacters(String(text)))
  expect(lines).toEqual([
    'Importing   10 %  1000 rows, 100/s, 1 min 30 s left\n',
    'Importing   20 %  2000 rows, 100/s, 1 min 20 s left\n',
  ])
})
