import { listWriter, type ListItem, type ListName } from '@prebook/book-files/lists'
import { printInfo, writeOutput } from '../terminal/output.ts'
import { pagesOf, type FetchPage, type ListLimit } from './pages.ts'

/** A page of a list that can be written as CSV. */
type CsvPage<Name extends ListName> = { items: ListItem<Name>[]; nextCursor: string | null }

/**
 * Prints a list as CSV, page by page: only one page is held in memory, and when the output is closed, no more are fetched.
 *
 * @param fetchPage null prints a list without entries
 */
export async function printCsv<Name extends ListName>(
  list: Name,
  fetchPage: FetchPage<CsvPage<Name>> | null,
  extent: ListLimit,
): Promise<void> {
  const write = listWriter(list)
  let hasMore = false
  const pages = fetchPage === null ? [{ items: [], nextCursor: null }] : pagesOf(fetchPage, extent)
  for await (const { items, nextCursor } of pages) {
    if (!(await writeOutput(write(items)))) return
    hasMore = nextCursor !== null
  }
  if (hasMore) printInfo('There are more entries. Use --limit <n> or --all to show them.')
}
