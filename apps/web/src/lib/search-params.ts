/**
 * Parses search parameters as plain strings: `?query=1984&inStock=false`. The router's default would write `"1984"` in
 * quotes, and parse a typed 1984 as a number.
 */
export function readSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search))
}

export function writeSearch(search: Record<string, unknown>): string {
  const present = Object.entries(search).filter(([, value]) => value !== undefined && value !== '')
  const text = new URLSearchParams(present.map(([name, value]) => [name, String(value)])).toString()
  return text === '' ? '' : `?${text}`
}

/** A string parameter for `validateSearch`: undefined when it is missing, empty or longer than `maxLength`. */
export function textParam(value: unknown, maxLength: number): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= maxLength ? value : undefined
}

/** A boolean parameter for `validateSearch`: undefined when it is neither `true` nor `false`. */
export function flagParam(value: unknown): boolean | undefined {
  const text = String(value)
  return text === 'true' ? true : text === 'false' ? false : undefined
}

/** An id for `validateSearch`: undefined when it is no positive whole number. In the address it is text. */
export function idParam(value: unknown): number | undefined {
  const id = Number(value)
  return Number.isSafeInteger(id) && id > 0 ? id : undefined
}
