import { limits } from '@prebook/client/limits'
import { examplePrice, parsePrice } from '@prebook/client/price'
import { price } from '../../lib/money.ts'
import type { Rule } from '../../lib/rules.ts'

export const titleRule = textRule(limits.title.max, 'Enter a title.')
export const authorRule = textRule(limits.author.max, 'Enter an author.')

/** A price in a currency. */
export function priceRule(currency: string): Rule {
  return (value) => {
    if (value.trim() === '') return 'Enter a price.'
    const parsed = parsePrice(value, currency, { decimalComma: true })
    if ('cents' in parsed) return parsed.cents < limits.price.min ? 'Must be more than 0.' : null
    return parsed.problem === 'too-high'
      ? `Must be at most ${price({ priceCents: limits.price.max, currency })}.`
      : `Must be a price such as ${examplePrice(currency)}.`
  }
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

/** A stock quantity: 0 or more. */
export const quantityRule: Rule = (value) => {
  const copies = wholeNumberOf(value)
  if (copies === null || copies < 0) return 'Must be a whole number, 0 or more.'
  return copies > limits.stock.max ? `Must be at most ${limits.stock.max.toLocaleString('en')}.` : null
}

/** A change of stock: positive to add copies, negative to remove them. */
export const deltaRule: Rule = (value) => {
  const copies = wholeNumberOf(value)
  if (copies === null || copies === 0)
    return 'Must be a whole number, such as 20 to add copies or -3 to remove them.'
  return Math.abs(copies) > limits.stock.max
    ? `Must be at most ${limits.stock.max.toLocaleString('en')}.`
    : null
}

/** Parses a typed price into minor units of a currency: `19.99`, `19,9` and `19` EUR are valid. Null when it is not a price. */
export function centsOf(text: string, currency: string): number | null {
  const parsed = parsePrice(text, currency, { decimalComma: true })
  return 'cents' in parsed ? parsed.cents : null
}

/** Parses a typed whole number; a typographic minus also counts. Null when it is not a whole number. */
export function wholeNumberOf(text: string): number | null {
  const plain = text.trim().replace(/^[−–]/, '-')
  return /^[+-]?\d{1,9}$/.test(plain) ? Number(plain) : null
}

function textRule(max: number, whenEmpty: string): Rule {
  return (value) => {
    const text = value.trim()
    if (text === '') return whenEmpty
    return text.length > max ? `Must have at most ${max} characters.` : null
  }
}
