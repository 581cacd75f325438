import { limits } from '@prebook/client/limits'
import { parsePrice } from '@prebook/client/price'
import type { Rule } from '../../lib/rules.ts'

export const titleRule = line(limits.title.max, 'Enter the title.')
export const authorRule = line(limits.author.max, 'Enter who wrote it.')

export const priceRule: Rule = (value) => {
  const text = value.trim()
  if (text === '') return 'Enter the price.'
  const cents = centsOf(text)
  if (cents === null) return 'Must be a price such as 19.99.'
  if (cents < limits.price.min) return 'Must be at least 0.01.'
  return cents > limits.price.max ? `Must be at most ${limits.price.max / 100}.00.` : null
}

export const isbnRule: Rule = (value) => {
  const digits = value.replaceAll(/[\s-]/g, '')
  if (digits === '' || /^(?:97[89]\d{10}|\d{9}[\dXx])$/.test(digits)) return null
  return 'Must have 10 digits, or 13 that begin with 978 or 979.'
}

export const descriptionRule: Rule = (value) => {
  const { max } = limits.description
  return value.trim().length > max ? `Must have at most ${max} characters.` : null
}

/** How many copies are on the shelf. */
export const quantityRule: Rule = (value) => {
  const copies = wholeNumberOf(value)
  if (copies === null || copies < 0) return 'Must be a whole number, 0 or more.'
  return copies > limits.stock.max ? `Must be at most ${limits.stock.max}.` : null
}

/** How many copies came in, or went: then with a minus. */
export const deltaRule: Rule = (value) => {
  const copies = wholeNumberOf(value)
  if (copies === null || copies === 0)
    return 'Must be a whole number, such as 20, or -3 for copies that went.'
  return Math.abs(copies) > limits.stock.max ? `Must be at most ${limits.stock.max}.` : null
}

/** The cents of a price as people write it: `19.99`, `19,9` and `19` are prices. */
export function centsOf(text: string): number | null {
  const price = parsePrice(text, { decimalComma: true })
  return 'cents' in price ? price.cents : null
}

/** A whole number as people write it; the minus may be the real one. */
export function wholeNumberOf(text: string): number | null {
  const plain = text.trim().replace(/^[−–]/, '-')
  return /^[+-]?\d{1,9}$/.test(plain) ? Number(plain) : null
}

function line(max: number, absent: string): Rule {
  return (value) => {
    const text = value.trim()
    if (text === '') return absent
    return text.length > max ? `Must have at most ${max} characters.` : null
  }
}
