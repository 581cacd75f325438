import type { RouterOutputs } from '@prebook/client'

/** The kind of a stock change, as the API names it. */
type Transition = RouterOutputs['stock']['preview']['transition']

/** What a stock change from `before` to `after` copies means for readers, in a few words. */
export function describeTransition(transition: Transition, before: number, after: number): string {
  const words: Record<Transition, string> = {
    restocked: 'back in stock',
    'sold-out': 'sold out, readers can pre-book it',
    changed: after > before ? 'more copies, still in stock' : 'fewer copies, still in stock',
    none: 'no change',
  }
  return words[transition]
}
