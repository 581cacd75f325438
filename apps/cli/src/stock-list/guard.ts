import type { StockListSums } from './plan-stock-list.ts'

/** The share of the titles of a list whose stock may change, and the share of those in stock that may sell out. */
const MOST_CHANGED = 0.3
const MOST_SOLD_OUT = 0.1

/** Shares of fewer titles say nothing: one of three is a third. The preview shows them all. */
const FEWEST_TITLES = 10

/**
 * Why a list looks like the wrong file, the wrong column or an empty one; empty when it does not. The rule is in
 * docs/decisions/0060-guards-of-a-stock-list.md.
 */
export function suspicionsOf({ titles, changed, soldOut, inStock }: StockListSums): string[] {
  if (titles < FEWEST_TITLES) return []
  return [
    ...(changed > MOST_CHANGED * titles
      ? [`It changes the stock of ${changed} of its ${titles} titles, more than ${percent(MOST_CHANGED)}.`]
      : []),
    ...(soldOut > 1 && soldOut > MOST_SOLD_OUT * inStock
      ? [`It empties ${soldOut} of its ${inStock} titles in stock, more than ${percent(MOST_SOLD_OUT)}.`]
      : []),
  ]
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
