/** What may stand between the columns of a file. */
export type Separator = ',' | ';' | '\t'

const separators: Separator[] = [',', ';', '\t']

/** The separator of a file, by its first line: the one that stands there most often outside of quotes. */
export function detectSeparator(header: string): Separator {
  const unquoted = header.replace(/"[^"]*"/g, '')
  const countOf = (separator: Separator) => unquoted.split(separator).length - 1
  return separators.reduce((best, candidate) => (countOf(candidate) > countOf(best) ? candidate : best))
}
