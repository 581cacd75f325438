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
  test.each<{ before: number; request: StockChangeRequest; plan: ReturnType<typeof planStockChange> }>([
    { before: 0, request: { quantity: 12 }, plan: { quantityAfter: 12, delta: 12, transition: 'restocked' } },
    { before: 0, request: { delta: 12 }, plan: { quantityAfter: 12, delta: 12, transition: 'restocked' } },
    { before: 5, request: { quantity: 2 }, plan: { quantityAfter: 2, delta: -3, transition: 'changed' } },
    { before: 5, request: { delta: -3 }, plan: { quantityAfter: 2, delta: -3, transition: 'changed' } },
    { before: 5, request: { quantity: 0 }, plan: { quantityAfter: 0, delta: -5, transition: 'sold-out' } },
    { before: 5, request: { delta: -5 }, plan: { quantityAfter: 0, delta: -5, transition: 'sold-out' } },
    { before: 5, request: { quantity: 5 }, plan: { quantityAfter: 5, delta: 0, transition: 'none' } },
    { before: 5, request: { delta: 0 }, plan: { quantityAfter: 5, delta: 0, transition: 'none' } },
    { before: 0, request: { quantity: 0 }, plan: { quantityAfter: 0, delta: 0, transition: 'none' } },
    {
      before: 0,
      request: { quantity: MAX_STOCK },
      plan: { quantityAfter: MAX_STOCK, delta: MAX_STOCK, transition: 'restocked' },
    },
    {
      before: 5,
      request: { quantity: 6, expectedQuantity: 5 },
      plan: { quantityAfter: 6, delta: 1, transition: 'changed' },
    },
    {
      before: 0,
      request: { delta: 1, expectedQuantity: 0 },
      plan: { quantityAfter: 1, delta: 1, transition: 'restocked' },
    },
    {
      before: 5,
      request: { delta: 1, expectedQuantity: undefined },
      plan: { quantityAfter: 6, delta: 1, transition: 'changed' },
    },
  ])('resolves $request on a stock of $before to $plan', ({ before, request, plan }) => {
    expect(planStockChange(before, request)).toEqual(plan)
  })

  test.each<{ before: number; request: StockChangeRequest; reason: string; field: string }>([
    {
      before: 5,
      request: { quantity: 6, expectedQuantity: 4 },
      reason: 'STOCK_CONFLICT',
      field: 'expectedQuantity',
    },
    {
      before: 5,
      request: { delta: 1, expectedQuantity: 0 },
      reason: 'STOCK_CONFLICT',
      field: 'expectedQuantity',
    },
    {
      before: 0,
      request: { delta: 1, expectedQuantity: 5 },
      reason: 'STOCK_CONFLICT',
      field: 'expectedQuantity',
    },
    // A stale view is reported first, even if nothing would change.
    {
      before: 5,
      request: { quantity: 5, expectedQuantity: 4 },
      reason: 'STOCK_CONFLICT',
      field: 'expectedQuantity',
    },
    {
      before: 5,
      request: { delta: -9, expectedQuantity: 9 },
      reason: 'STOCK_CONFLICT',
      field: 'expectedQuantity',
    },
    { before: 5, request: { delta: -6 }, reason: 'STOCK_NEGATIVE', field: 'delta' },
    { before: 0, request: { delta: -1 }, reason: 'STOCK_NEGATIVE', field: 'delta' },
    { before: 1, request: { delta: MAX_STOCK }, reason: 'VALIDATION_ERROR', field: 'delta' },
    { before: MAX_STOCK, request: { delta: 1 }, reason: 'VALIDATION_ERROR', field: 'delta' },
  ])('rejects $request on a stock of $before with $reason', ({ before, request, reason, field }) => {
    expect(() => planStockChange(before, request)).toThrow(
      expect.objectContaining({ name: 'PrebookError', reason, field }),
    )
  })

  test('states the expected and the actual quantity', () => {
    expect(() => planStockChange(3, { quantity: 9, expectedQuantity: 8 })).toThrow(/expected 8, found 3/)
    expect(() => planStockChange(3, { delta: -8 })).toThrow(/cannot remove 8 from 3/)
  })

  test('setting a quantity equals adjusting by the difference', () => {
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
