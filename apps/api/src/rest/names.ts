import { restPrice } from './price.ts'

/** Converts camelCase to snake_case: `bookId` becomes `book_id`. The exception is `priceCents`, which is `price` in REST. */
export function snakeCase(name: string): string {
  if (name === 'priceCents') return 'price'
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** A fixed word of an input, such as `joinedLately`, in snake_case. Codes and the names of procedures stay as they are. */
export function restWord(word: string): string {
  return /^[a-z]+(?:[A-Z][a-z]+)+$/.test(word) ? snakeCase(word) : word
}

/** Marks a name in an item of a list that only the procedure has: `bookId` is `book_id` in REST, so `bookId` is unknown. */
const UNKNOWN = ' '

/** The name of a field that the procedure refuses, because REST does not know it. */
export function unknownName(name: string): string {
  return `${name}${UNKNOWN}`
}

/** The name in REST of a field in an item of a list. */
export function itemField(field: string): string {
  return field.endsWith(UNKNOWN) ? field.slice(0, -UNKNOWN.length) : snakeCase(field)
}

/**
 * Converts a procedure's result to REST: names in snake_case, minor units as a price in whole units.
 *
 * @param currency of the prices
 */
export function toSnake(value: unknown, currency: string): unknown {
  if (Array.isArray(value)) return value.map((item) => toSnake(item, currency))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      snakeCase(name),
      name === 'priceCents' && typeof inner === 'number'
        ? restPrice(inner, currency)
        : toSnake(inner, currency),
    ]),
  )
}
