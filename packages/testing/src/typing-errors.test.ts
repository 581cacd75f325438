import { expect, test } from 'vitest'
import { generatedTitles, seededRandom, typingErrors } from './typing-errors.ts'

const title = 'The Silent River'

test.each([
  ['another letter', 0],
  ['a letter is missing', -1],
  ['two letters are swapped', 0],
  ['a letter is doubled', 1],
])('%s changes the length by %i', (kind, by) => {
  const error = typingErrors.find((it) => it.kind === kind)
  const random = seededRandom(7)
  for (let count = 0; count < 200; count += 1) {
    const changed = error?.make(title, random) ?? ''
    expect(changed).not.toBe(title)
    expect(changed.length).toBe(title.length + by)
    expect(changed.split(' ')).toHaveLength(3)
  }
})

test('swapped letters are all there, and only two of them moved', () => {
  const swap = typingErrors.find(({ kind }) => kind === 'two letters are swapped')
  const random = seededRandom(3)
  for (let count = 0; count < 200; count += 1) {
    const changed = Array.from(swap?.make(title, random) ?? '')
    expect(changed.toSorted().join('')).toBe(Array.from(title).toSorted().join(''))
    expect(changed.filter((letter, place) => letter !== title[place])).toHaveLength(2)
  }
})

test('titles are different, of several words, and the same for each seed', () => {
  const titles = generatedTitles(10_000, 1)
  expect(new Set(titles).size).toBe(10_000)
  expect(titles.every((it) => it.includes(' '))).toBe(true)
  expect(generatedTitles(10, 1)).toEqual(titles.slice(0, 10))
  expect(generatedTitles(10, 2)).not.toEqual(titles.slice(0, 10))
})
