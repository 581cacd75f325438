/** A camelCase name in snake_case: `bookId` is `book_id`. Money is `price` in REST. */
export function snakeCase(name: string): string {
  if (name === 'priceCents') return 'price'
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** An answer of a procedure as REST shows it: names in snake_case, cents as a price in whole units. */
export function toSnake(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toSnake)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      snakeCase(name),
      // At most 8 digits before the point and 2 behind: the nearest double prints as exactly those.
      name === 'priceCents' && typeof inner === 'number' ? inner / 100 : toSnake(inner),
    ]),
  )
}
