/** What stands before a printed ISBN, such as `ISBN-13:`. The number 10 or 13 is a part of it only before a separator. */
const label = /^ISBN(?:[-\s]?1[03](?=[:\s]))?[:\s]*/i

/** What library records write after an ISBN, such as `(pbk.)`. */
const qualifier = /\s*\([^()]*\)[\s:;,.]*$/

/** Hyphens of any kind, spaces, and invisible characters, anywhere in an ISBN. */
const separators = /[\s\p{Dash}\p{Default_Ignorable_Code_Point}]/gu

/**
 * Parses an ISBN-10 or ISBN-13 in any form that is printed, and verifies its check digit (ISO 2108: weights 10…1 modulo 11 for
 * ISBN-10; 1, 3, 1, 3 … modulo 10 for ISBN-13).
 *
 * @returns the 13 digits, as they are stored; null if the text is not a valid ISBN
 * @example parseIsbn('ISBN 0-441-01359-7 (pbk.)') // '9780441013593'
 */
export function parseIsbn(text: string): string | null {
  const digits = text.trim().replace(label, '').replace(qualifier, '').replace(separators, '').toUpperCase()
  if (/^97[89]\d{10}$/.test(digits)) return checkDigit13(digits.slice(0, 12)) === digits[12] ? digits : null
  if (!/^\d{9}[\dX]$/.test(digits)) return null
  const sum = Array.from(digits, (digit, index) => (digit === 'X' ? 10 : Number(digit)) * (10 - index))
  if (sum.reduce((a, b) => a + b, 0) % 11 !== 0) return null
  const stem = `978${digits.slice(0, 9)}`
  return stem + checkDigit13(stem)
}

/**
 * The beginning of a 13-digit ISBN, of which someone has typed a part, in any form that is printed. The last digit of an ISBN-10
 * is left out, since that of the ISBN-13 is another.
 *
 * @returns the first digits of the ISBN-13; null if the text is not the beginning of an ISBN
 * @example isbnBeginning('0-441-0') // '97804410'
 */
export function isbnBeginning(text: string): string | null {
  const digits = text.trim().replace(label, '').replace(separators, '')
  // A number of fewer digits is more often a title.
  if (/^97[89]\d{2,9}[\dXx]?$/.test(digits)) return digits.slice(0, 12)
  if (/^\d{5,9}[\dXx]?$/.test(digits)) return `978${digits.slice(0, 9)}`
  return null
}

function checkDigit13(stem: string): string {
  const sum = Array.from(stem, (digit, index) => Number(digit) * (index % 2 === 0 ? 1 : 3))
  return String((10 - (sum.reduce((a, b) => a + b, 0) % 10)) % 10)
}
