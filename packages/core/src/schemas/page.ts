import { z } from 'zod'

/** Entries of a list when the caller does not say. */
export const DEFAULT_LIMIT = 50
/** The most entries that one answer holds. */
export const MAX_LIMIT = 100

/**
 * What every list takes beside its own filters. `cursor` is the `nextCursor` of the page before. `direction` is what
 * infinite queries of TanStack Query send; it is accepted and means nothing here.
 */
export const pageInput = {
  limit: z.int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
  cursor: z.string().min(1).max(200).nullish(),
  direction: z.enum(['forward', 'backward']).optional(),
}

/** A page of a list; `nextCursor` is null on the last one. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}
