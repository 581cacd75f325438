import { limits } from '@prebook/client/limits'

/** The default number of entries, and the most that the server returns at once. */
const DEFAULT_LIMIT = limits.page.default
const PAGE_SIZE = limits.page.max

/** A page of a list from the API; some pages have more members. */
type Page = { items: unknown[]; nextCursor: string | null }

/** The number of entries to show. */
export type ListLimit = { limit?: number; all?: boolean }

/**
 * Fetches as many pages as needed and joins them into one: the entries of all pages, the other members of the last.
 *
 * @param fetchPage fetches the page at a cursor
 */
export async function collectPages<P extends Page>(
  fetchPage: (paging: { limit: number; cursor: string | null }) => Promise<P>,
  extent: ListLimit,
): Promise<P> {
  const limit = extent.all === true ? Infinity : (extent.limit ?? DEFAULT_LIMIT)
  const items: P['items'] = []
  for (let cursor: string | null = null; ;) {
    const page = await fetchPage({ limit: Math.min(PAGE_SIZE, limit - items.length), cursor })
    items.push(...page.items)
    cursor = page.nextCursor
    if (cursor === null || items.length >= limit) return { ...page, items }
  }
}
