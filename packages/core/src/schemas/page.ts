import { z } from 'zod'
import { limits } from '../limits.ts'

/**
 * What every list takes beside its own filters. `cursor` is the `nextCursor` of the page before. `direction` is what
 * infinite queries of TanStack Query send; it is accepted and means nothing here.
 */
export const pageInput = {
  limit: z.int().min(1).max(limits.page.max).default(limits.page.default),
  cursor: z.string().min(1).max(limits.cursor.max).nullish(),
  direction: z.enum(['forward', 'backward']).optional(),
}

/** A page of a list; `nextCursor` is null on the last one. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}
