import { expect, test } from 'vitest'
import { takeTurns } from './take-turns.ts'

test('every variant runs once per round, and the first round does not count', async () => {
  const order: string[] = []
  let value = 0
  const turn = (variant: string) => ({
    variant,
    at: 'here',
    take: async () => {
      order.push(variant)
      return { ms: (value += 1) }
    },
  })
  const rows = await takeTurns([turn('a'), turn('b'), turn('c')], { rounds: 2, progress: () => {} })
  expect(order.join('')).toBe('abcbcacab')
  expect(rows).toEqual([
    { variant: 'a', at: 'here', values: { ms: [6, 8] } },
    { variant: 'b', at: 'here', values: { ms: [4, 9] } },
    { variant: 'c', at: 'here', values: { ms: [5, 7] } },
  ])
})

test('a variant that skips a round has one value less', async () => {
  let round = 0
  const take = async (): Promise<Record<string, number>> => (round++ === 2 ? {} : { ms: round })
  const [row] = await takeTurns([{ variant: 'a', at: 'here', take }], { rounds: 3, progress: () => {} })
  expect(row?.values['ms']).toEqual([2, 4])
})
