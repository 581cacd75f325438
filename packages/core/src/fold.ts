/**
 * Text as it is compared: without case, accents and doubled spaces. Folding happens here, before anything is stored,
 * so that every database engine compares plain bytes and they all agree.
 *
 * @example fold('  Gabriel García  Márquez ') // 'gabriel garcia marquez'
 */
export function fold(text: string): string {
  return (
    text
      .normalize('NFKD')
      .replace(/\p{Mark}/gu, '')
      // Lower case alone keeps apart what upper case writes alike (ß and SS), and ς at the end of a word from σ within it.
      .toLowerCase()
      .toUpperCase()
      .toLowerCase()
      .replaceAll('ς', 'σ')
      .replace(/\s+/gu, ' ')
      .trim()
  )
}

/** What a catalogue search looks through: title, author and ISBN, folded. */
export function searchText(book: { title: string; author: string; isbn: string | null }): string {
  return fold([book.title, book.author, book.isbn ?? ''].join(' '))
}

/** Beyond so many words a search gets slower and no better. */
const MOST_WORDS = 12

/** The words of a catalogue search, folded; a book fits when its {@link searchText} contains every one of them. */
export function searchWords(query: string): string[] {
  const words = fold(query)
    .split(' ')
    .filter((word) => word !== '')
  return [...new Set(words)].slice(0, MOST_WORDS)
}
