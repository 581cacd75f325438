import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { progressLine } from './progress.ts'
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
