import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limits } from './limits.ts'
import { planStockChange, stockTransition, type StockChangeRequest } from './stock-transition.ts'

const MAX_STOCK = limits.stock.max

describe('stockTransition', () => {
  test.each([
    { before: 0, after: 0, transition: 'none' },
    { before: 0, after: 1, transition: 'restocked' },
    { before: 0, after: MAX_STOCK, transition: 'restocked' },
    { before: 1, after: 0, transition: 'sold-out' },
    { before: 7, after: 0, transition: 'sold-out' },
    { before: 5, after: 10, transition: 'changed' },
    { before: 10, after: 5, transition: 'changed' },
    { before: 5, after: 5, transition: 'none' },
  ])('$before → $after is $transition', ({ before, after, transition }) => {
    expect(stockTransition(before, after)).toBe(transition)
  })
})

describe('planStockChange', () => {
  test.each<{ before: number; wish: StockChangeRequest; plan: ReturnType<typeof planStockChange> }>([
    { before: 0, wish: { quantity: 12 }, plan: { quantityAfter: 12, delta: 12, transition: 'restocked' } },
    { before: 0, wish: { delta: 12 }, plan: { quantityAfter: 12, delta: 12, transition: 'restocked' } },
    { before: 5, wish: { quantity: 2 }, plan: { quantityAfter: 2, delta: -3, transition: 'changed' } },
    { before: 5, wish: { delta: -3 }, plan: { quantityAfter: 2, delta: -3, transition: 'changed' } },
    { before: 5, wish: { quantity: 0 }, plan: { quantityAfter: 0, delta: -5, transition: 'sold-out' } },
    { before: 5, wish: { delta: -5 }, plan: { quantityAfter: 0, delta: -5, transition: 'sold-out' } },
    { before: 5, wish: { quantity: 5 }, plan: { quantityAfter: 5, delta: 0, transition: 'none' } },
    { before: 5, wish: { delta: 0 }, plan: { quantityAfter: 5, delta: 0, transition: 'none' } },
    { before: 0, wish: { quantity: 0 }, plan: { quantityAfter: 0, delta: 0, transition: 'none' } },
    {
      before: 0,
      wish: { quantity: MAX_STOCK },
      plan: { quantityAfter: MAX_STOCK, delta: MAX_STOCK, transition: 'restocked' },
    },
    {
      before: 5,
      wish: { quantity: 6, expectedQuantity: 5 },
      plan: { quantityAfter: 6, delta: 1, transition: 'changed' },
    },
    {
      before: 0,
      wish: { delta: 1, expectedQuantity: 0 },
      plan: { quantityAfter: 1, delta: 1, transition: 'restocked' },
    },
    {
      before: 5,
      wish: { delta: 1, expectedQuantity: undefined },
      plan: { quantityAfter: 6, delta: 1, transition: 'changed' },
    },
  ])('of $before with $wish comes to $plan', ({ before, wish, plan }) => {
    expect(planStockChange(before, wish)).toEqual(plan)
  })

  test.each<{ before: number; wish: StockChangeRequest; reason: string; field: string }>([
    {
      before: 5,
      wish: { quantity: 6, expectedQuantity: 4 },
      reason: 'STOCK_CONFLICT',
      field: 'expectedQuantity',
    },
    {
      before: 5,
      wish: { delta: 1, expectedQuantity: 0 },
      reason: 'STOCK_CONFLICT',
      field: 'expectedQuantity',
    },
    {
      before: 0,
      wish: { delta: 1, expectedQuantity: 5 },
      reason: 'STOCK_CONFLICT',
      field: 'expectedQuantity',
    },
    // A stale view is told before anything else, even when nothing would change.
    {
      before: 5,
      wish: { quantity: 5, expectedQuantity: 4 },
      reason: 'STOCK_CONFLICT',
      field: 'expectedQuantity',
    },
    {
      before: 5,
      wish: { delta: -9, expectedQuantity: 9 },
      reason: 'STOCK_CONFLICT',
      field: 'expectedQuantity',
    },
    { before: 5, wish: { delta: -6 }, reason: 'STOCK_NEGATIVE', field: 'delta' },
    { before: 0, wish: { delta: -1 }, reason: 'STOCK_NEGATIVE', field: 'delta' },
    { before: 1, wish: { delta: MAX_STOCK }, reason: 'VALIDATION_ERROR', field: 'delta' },
    { before: MAX_STOCK, wish: { delta: 1 }, reason: 'VALIDATION_ERROR', field: 'delta' },
  ])('of $before refuses $wish with $reason', ({ before, wish, reason, field }) => {
    expect(() => planStockChange(before, wish)).toThrow(
      expect.objectContaining({ name: 'PrebookError', reason, field }),
    )
  })

  test('says what was expected and what there is', () => {
    expect(() => planStockChange(3, { quantity: 9, expectedQuantity: 8 })).toThrow(
      /expected 8 .* there are 3/,
    )
    expect(() => planStockChange(3, { delta: -8 })).toThrow(/only 3 in stock.* leave -5/)
  })

  test('setting a quantity and adjusting by the difference come to the same', () => {
    const quantity = fc.integer({ min: 0, max: MAX_STOCK })
    fc.assert(
      fc.property(quantity, quantity, (before, after) => {
        const plan = planStockChange(before, { quantity: after })
        expect(planStockChange(before, { delta: after - before })).toEqual(plan)
        expect(before + plan.delta).toBe(after)
      }),
    )
  })
})
