/**
 * The search of an address as plain texts: `?query=1984&inStock=false`. The router's own way would write `"1984"` in
 * quotes, and read a 1984 that somebody typed as a number.
 */
export function readSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search))
}

export function writeSearch(search: Record<string, unknown>): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== '')
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return text === '' ? '' : `?${text}`
}

/** A text of a search, for `validateSearch`: undefined when it is left out, empty or longer than it may be. */
export function textParam(value: unknown, most: number): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= most ? value : undefined
}

/** A yes or no of a search, for `validateSearch`: undefined when it is neither. */
export function flagParam(value: unknown): boolean | undefined {
  const text = String(value)
  return text === 'true' ? true : text === 'false' ? false : undefined
}
