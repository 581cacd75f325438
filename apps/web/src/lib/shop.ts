import { queries } from './client.ts'

/** What the page needs to know of the shop. It stays the same while the page is open. */
export function shopQuery() {
  return { ...queries.shop.get.queryOptions(), staleTime: Infinity }
}
