import { expect, test } from 'vitest'
import { takeTurns } from './take-turns.ts'

test('every way has a turn in every round, the first of which warms up and does not count', async () => {
  const order: string[] = []
  let value = 0
  const turn = (way: string) => ({
    way,
    at: 'here',
    take: async () => {
      order.push(way)
      return { ms: (value += 1) }
    },
  })
  const rows = await takeTurns([turn('a'), turn('b'), turn('c')], { rounds: 2, progress: () => {} })
  expect(order.join('')).toBe('abcbcacab')
  expect(rows).toEqual([
    { way: 'a', at: 'here', values: { ms: [6, 8] } },
    { way: 'b', at: 'here', values: { ms: [4, 9] } },
    { way: 'c', at: 'here', values: { ms: [5, 7] } },
  ])
})

test('a way that does not measure in a round has one value less', async () => {
  let round = 0
  const take = async (): Promise<Record<string, number>> => (round++ === 2 ? {} : { ms: round })
  const [row] = await takeTurns([{ way: 'a', at: 'here', take }], { rounds: 3, progress: () => {} })
  expect(row?.values['ms']).toEqual([2, 4])
})
