import { z } from 'zod'
import { limits } from '../limits.ts'

/** The paging input of every list. */
export const pageInput = {
  limit: z
    .int()
    .min(1)
    .max(limits.page.max)
    .default(limits.page.default)
    .describe('The maximum number of items on the page.'),
  cursor: z
    .string()
    .min(1)
    .max(limits.cursor.max)
    .nullish()
    .describe('The `nextCursor` of the previous page. Leave it out for the first page.'),
}

/** A page of a list. `nextCursor` is null on the last page. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item).describe('The items of the page.'),
    nextCursor: z
      .string()
      .nullable()
      .describe('Pass it as `cursor` for the next page. Null on the last page.'),
  })
}
