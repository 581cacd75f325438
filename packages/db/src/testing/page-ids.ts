/** Reads a list page by page until an empty page and returns its ids. Throws for an endless list. */
export async function idsOfPages(
  next: (lastId: number | null) => Promise<{ id: number }[]>,
): Promise<number[]> {
  const ids: number[] = []
  for (let pages = 0; pages < 1_000; pages += 1) {
    const page = await next(ids.at(-1) ?? null)
    if (page.length === 0) return ids
    ids.push(...page.map((row) => row.id))
  }
  throw new Error('The list does not end.')
}
