import { z } from 'zod'
import { limits } from '../limits.ts'

/**
 * The paging input of every list. `cursor` is the `nextCursor` of the previous page. `direction` is sent by infinite queries
 * of TanStack Query; it is accepted and ignored.
 */
export const pageInput = {
  limit: z.int().min(1).max(limits.page.max).default(limits.page.default),
  cursor: z.string().min(1).max(limits.cursor.max).nullish(),
  direction: z.enum(['forward', 'backward']).optional(),
}

/** A page of a list. `nextCursor` is null on the last page. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}
