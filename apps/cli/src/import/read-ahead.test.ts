import { WAIT } from '@prebook/testing/bounds'
import { expect, test, vi } from 'vitest'
import { collect } from '../testing/collect.ts'
import { readAhead } from './read-ahead.ts'

/** Items that record when they are read, and that their source was closed. */
async function* source(read: string[], items: string[], error?: Error) {
  try {
    for (const item of items) {
      read.push(item)
      yield item
    }
    if (error !== undefined) throw error
  } finally {
    read.push('closed')
  }
}

test('one item is read while the one before is in use, and no more', async () => {
  const read: string[] = []
  const seen: string[][] = []
  for await (const item of readAhead(source(read, ['a', 'b', 'c']))) {
    await new Promise((resolve) => setImmediate(resolve))
    seen.push([item, ...read])
  }
  expect(seen).toEqual([
    ['a', 'a', 'b'],
    ['b', 'a', 'b', 'c'],
    ['c', 'a', 'b', 'c', 'closed'],
  ])
})

test('an error comes after the items before it', async () => {
  const used: string[] = []
  const all = async () => {
    for await (const item of readAhead(source([], ['a', 'b'], new Error('Cannot be read.')))) used.push(item)
  }
  await expect(all()).rejects.toThrow('Cannot be read.')
  expect(used).toEqual(['a', 'b'])
})

test('a source is closed when its items are no longer wanted', async () => {
  const read: string[] = []
  for await (const _ of readAhead(source(read, ['a', 'b', 'c']))) break
  await vi.waitFor(() => expect(read).toEqual(['a', 'b', 'closed']), WAIT)
  expect(await collect(readAhead(source([], [])))).toEqual([])
})
