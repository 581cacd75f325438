/** A price in cents, or why the text is not one. */
export type ParsedPrice =
  | {
      cents: number
    }
  | {
      problem: 'malformed' | 'too-many-decimals'
    }
/**
 * Reads a price such as `19.99`, `19.9` or `19` digit by digit: as a float, 1.15 × 100 is 114.99….
 *
 * @param options.decimalComma also accepts `19,99`, for people who type prices
 */
export declare function parsePrice(
  text: string,
  options?: {
    decimalComma?: boolean
  },
): ParsedPrice
/** Writes cents as a price with two decimals: `1999` is `19.99`. The shop has one currency, which is not part of it. */
export declare function formatPrice(cents: number): string
