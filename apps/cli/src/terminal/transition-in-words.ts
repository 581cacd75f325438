import type { RouterOutputs } from '@prebook/client'

/** The API's words for what a change of stock is. */
type Transition = RouterOutputs['stock']['preview']['transition']

/** What a change of stock from `before` to `after` copies means for readers, in a few words. */
export function transitionInWords(transition: Transition, before: number, after: number): string {
  const words: Record<Transition, string> = {
    restocked: 'back in stock',
    'sold-out': 'sold out: readers can pre-book it',
    changed: after > before ? 'more copies of what is in stock' : 'fewer copies, still in stock',
    none: 'no change',
  }
  return words[transition]
}
