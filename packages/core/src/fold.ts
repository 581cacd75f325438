/**
 * Normalizes text for comparison: lower case, no accents, single spaces. Text is folded before it is stored, so that every
 * database engine compares plain bytes and gets the same result.
 *
 * @example fold('  Gabriel García  Márquez ') // 'gabriel garcia marquez'
 */
export function fold(text: string): string {
  return (
    text
      .normalize('NFKD')
      .replace(/\p{Mark}/gu, '')
      // Upper case in between maps ß and SS to the same text; lower case alone does not. A final ς becomes σ.
      .toLowerCase()
      .toUpperCase()
      .toLowerCase()
      .replaceAll('ς', 'σ')
      .replace(/\s+/gu, ' ')
      .trim()
  )
}

/** The text that a catalogue search matches: title, author and ISBN, folded. */
export function searchText(book: { title: string; author: string; isbn: string | null }): string {
  return fold([book.title, book.author, book.isbn ?? ''].join(' '))
}

/** Words of a search that are used. More would make it slower and no more precise. */
const MAX_WORDS = 12

/** The distinct words of a catalogue search, folded. A book matches if its {@link searchText} contains all of them. */
export function searchWords(query: string): string[] {
  const words = fold(query)
    .split(' ')
    .filter((word) => word !== '')
  return [...new Set(words)].slice(0, MAX_WORDS)
}
