import { describe, expect, test } from 'vitest'
import { PrebookError } from '@prebook/core'
import { WriteSemaphore } from './write-semaphore.ts'

/** Writes that end on demand, and the order in which they began. */
function writes(semaphore: WriteSemaphore) {
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const begin = (name: string, urgent = false): Promise<string> =>
    semaphore.run(
      async () => {
        const { promise, resolve } = Promise.withResolvers<void>()
        begun.push(name)
        ends.set(name, resolve)
        await promise
        return name
      },
      { urgent },
    )
  const end = async (name: string, ended: Promise<string>) => {
    ends.get(name)?.()
    await ended
  }
  return { begun, begin, end }
}

describe('the write semaphore', () => {
  test.each([
    { poolSize: 1, atOnce: 1 },
    { poolSize: 2, atOnce: 1 },
    { poolSize: 3, atOnce: 2 },
    { poolSize: 10, atOnce: 8 },
    { poolSize: 40, atOnce: 30 },
  ])('allows $atOnce concurrent writes on $poolSize connections', async ({ poolSize, atOnce }) => {
    const semaphore = new WriteSemaphore(poolSize, 60_000)
    const { begun, begin, end } = writes(semaphore)
    const all = Array.from({ length: atOnce + 1 }, (_, index) => begin(String(index)))
    expect(begun).toHaveLength(atOnce)
    await end('0', all[0] as Promise<string>)
    expect(begun).toHaveLength(atOnce + 1)
  })

  test('runs waiting writes in the order of their arrival', async () => {
    const { begun, begin, end } = writes(new WriteSemaphore(1, 60_000))
    const [a, b, c] = [begin('a'), begin('b'), begin('c')]
    await end('a', a)
    await end('b', b)
    await end('c', c)
    expect(begun).toEqual(['a', 'b', 'c'])
  })

  test('lets an urgent write overtake, but not twice in a row', async () => {
    const { begun, begin, end } = writes(new WriteSemaphore(1, 60_000))
    const first = begin('first')
    const [a, b] = [begin('a'), begin('b')]
    const [x, y] = [begin('x', true), begin('y', true)]
    await end('first', first)
    await end('x', x)
    await end('a', a)
    await end('y', y)
    await end('b', b)
    expect(begun).toEqual(['first', 'x', 'a', 'y', 'b'])
  })

  test('is released by a write that fails', async () => {
    const semaphore = new WriteSemaphore(1, 60_000)
    const failing = semaphore.run(async () => Promise.reject(new Error('no')), { urgent: false })
    const next = semaphore.run(async () => 'next', { urgent: false })
    await expect(failing).rejects.toThrow('no')
    await expect(next).resolves.toBe('next')
  })

  test('rejects a write that waited too long as busy, and then runs the next one', async () => {
    const { begun, begin, end } = writes(new WriteSemaphore(1, 20))
    const first = begin('first')
    await expect(begin('late')).rejects.toEqual(new PrebookError('STORE_BUSY', { retryAfterSeconds: 1 }))
    await expect(begin('late and urgent', true)).rejects.toThrow(PrebookError)
    const next = begin('next')
    await end('first', first)
    await end('next', next)
    expect(begun).toEqual(['first', 'next'])
  })
})
