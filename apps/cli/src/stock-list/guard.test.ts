import { describe, expect, test } from 'vitest'
import { suspicionsOf } from './guard.ts'

const sums = (titles: number, changed: number, soldOut = 0, inStock = titles) => ({
  titles,
  changed,
  soldOut,
  inStock,
  restocked: 0,
  unchanged: titles - changed,
  wouldNotify: 0,
})

describe('a stock list is suspicious when it', () => {
  test.each([
    ['changes 30 % of its titles', sums(100, 30), []],
    ['changes more', sums(100, 31), ['It changes the stock of 31 of its 100 titles, more than 30 %.']],
    ['changes 3 of 10 titles', sums(10, 3), []],
    ['changes 4 of 10 titles', sums(10, 4), ['It changes the stock of 4 of its 10 titles, more than 30 %.']],
    ['changes 9 of 9 titles', sums(9, 9, 9), []],
    ['empties 10 % of the titles in stock', sums(100, 10, 10), []],
    ['empties more', sums(100, 11, 11), ['It empties 11 of its 100 titles in stock, more than 10 %.']],
    // An empty column would not be noticed among many titles that are not in stock.
    [
      'empties all of few in stock',
      sums(1000, 20, 20, 20),
      ['It empties 20 of its 20 titles in stock, more than 10 %.'],
    ],
    ['sells out a single title', sums(1000, 1, 1, 1), []],
  ])('%s', (_name, of, expected) => {
    expect(suspicionsOf(of)).toEqual(expected)
  })
})
