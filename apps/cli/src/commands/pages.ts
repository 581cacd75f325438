import { limits } from '@prebook/client/limits'

/** Entries of a list when nobody says how many, and the most that the server gives at once. */
const DEFAULT_ENTRIES = limits.page.default
const ENTRIES_A_PAGE = limits.page.max

/** A page of a list as the API gives it; some hold more than the entries. */
type Page = { items: unknown[]; nextCursor: string | null }

/** How much of a list somebody wants to see. */
export type Extent = { limit?: number; all?: boolean }

/**
 * As many pages of a list as it takes, joined into one: with the entries of all, and everything else from the last.
 *
 * @param fetchPage asks the server for the page at a place
 */
export async function collectPages<P extends Page>(
  fetchPage: (place: { limit: number; cursor: string | null }) => Promise<P>,
  extent: Extent,
): Promise<P> {
  const wanted = extent.all === true ? Infinity : (extent.limit ?? DEFAULT_ENTRIES)
  const items: P['items'] = []
  for (let cursor: string | null = null; ;) {
    const page = await fetchPage({ limit: Math.min(ENTRIES_A_PAGE, wanted - items.length), cursor })
    items.push(...page.items)
    cursor = page.nextCursor
    if (cursor === null || items.length >= wanted) return { ...page, items }
  }
}
