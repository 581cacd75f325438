import { parseIsbn } from '@prebook/core/isbn'

/** What a scanner or a person entered. `code` identifies it: the 13 digits of an ISBN, otherwise the text as it came. */
export type Barcode = { code: string; kind: 'isbn' | 'magazine' | 'product' | 'misread' | 'unreadable' }

/** The longest code that is kept, in characters. A page or a text scanned by mistake is cut. */
const MAX_LENGTH = 64

/** The symbology that some scanners send first (ISO/IEC 15424), such as `]E0`. */
const symbology = /^\][A-Za-z]\d/

/** An EAN-13 followed by its add-on of 2 or 5 digits, which many scanners send with it: on books it is the price. */
const withAddOn = /^(97[789]\d{10})(?:\d{2}|\d{5})$/

/**
 * Reads a scanned or typed code: an ISBN in any form that is printed, or another barcode.
 *
 * @returns null for nothing
 */
export function readBarcode(entered: string): Barcode | null {
  const text = entered.trim().replace(symbology, '').trim()
  if (text === '') return null
  const isbn = parseIsbn(text) ?? parseIsbn(withAddOn.exec(text)?.[1] ?? '')
  if (isbn !== null) return { code: isbn, kind: 'isbn' }
  const code = text.slice(0, MAX_LENGTH)
  const digits = withAddOn.exec(text)?.[1] ?? code.replaceAll(/[\s-]/g, '')
  if (/^97[89]\d{10}$/.test(digits) || (/^\d{9}[\dXx]$/.test(digits) && !isEan(digits)))
    return { code, kind: 'misread' }
  if (!isEan(digits)) return { code, kind: /^\d{7,}$/.test(digits) ? 'misread' : 'unreadable' }
  return { code, kind: digits.startsWith('977') ? 'magazine' : 'product' }
}

/** Why a barcode is no title of the shop. */
export const barcodeProblems = {
  magazine: 'This is a magazine (ISSN), not a book.',
  product: 'This is a barcode of another product, not an ISBN.',
  misread: 'The check digit is wrong. Scan it again, or type the ISBN.',
  unreadable: 'This is not a barcode of a book.',
} as const satisfies Record<Exclude<Barcode['kind'], 'isbn'>, string>

/** Whether digits are an EAN-13, EAN-8 or UPC-A: weights 3, 1, 3, 1 … from the right, modulo 10 (GS1). */
function isEan(digits: string): boolean {
  if (!/^(?:\d{8}|\d{12,13})$/.test(digits)) return false
  const weighted = Array.from(digits)
    .toReversed()
    .map((digit, index) => Number(digit) * (index % 2 === 0 ? 1 : 3))
  return weighted.reduce((a, b) => a + b, 0) % 10 === 0
}
