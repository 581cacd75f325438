import { limits } from '@prebook/client/limits'

/** The default number of entries, and the most that the server returns at once. */
const DEFAULT_LIMIT = limits.page.default
const PAGE_SIZE = limits.page.max

/** A page of a list from the API; some pages have more members. */
export type Page = { items: unknown[]; nextCursor: string | null }

/** The number of entries to show. */
export type ListLimit = { limit?: number; all?: boolean }

/** What part of a list to print, and whether as CSV. */
export type ListOptions = ListLimit & { csv?: boolean }

/** Which page of a list to fetch. */
export type Paging = { limit: number; cursor: string | null }

/** Fetches the page of a list at a cursor. */
export type FetchPage<P extends Page> = (paging: Paging) => Promise<P>

/**
 * Fetches as many pages as needed and joins them into one: the entries of all pages, the other members of the last.
 *
 * @param fetchPage fetches the page at a cursor
 */
export async function collectPages<P extends Page>(fetchPage: FetchPage<P>, extent: ListLimit): Promise<P> {
  const items: P['items'] = []
  let last: P | undefined
  for await (const page of pagesOf(fetchPage, extent)) {
    items.push(...page.items)
    last = page
  }
  if (last === undefined) throw new Error('A list has at least one page.')
  return { ...last, items }
}

/** Fetches pages until there are as many entries as asked for, each when the previous one has been used. There is at least one. */
export async function* pagesOf<P extends Page>(
  fetchPage: FetchPage<P>,
  extent: ListLimit,
): AsyncGenerator<P, void> {
  let left = extent.all === true ? Infinity : (extent.limit ?? DEFAULT_LIMIT)
  for (let cursor: string | null = null; ;) {
    const page = await fetchPage({ limit: Math.min(PAGE_SIZE, left), cursor })
    yield page
    left -= page.items.length
    cursor = page.nextCursor
    if (cursor === null || left <= 0) return
  }
}
