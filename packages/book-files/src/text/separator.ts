/** The separators that a file may use between columns. */
export type Separator = ',' | ';' | '\t' | '|'

const separators: Separator[] = [',', ';', '\t', '|']

/** Detects the separator from the first line of a file: the most frequent one outside quotes. */
export function detectSeparator(header: string): Separator {
  const unquoted = header.replace(/"[^"]*"/g, '')
  const occurrences = (separator: Separator) => unquoted.split(separator).length - 1
  return separators.reduce((best, candidate) =>
    occurrences(candidate) > occurrences(best) ? candidate : best,
  )
}
