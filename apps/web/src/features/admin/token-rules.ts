import { limits } from '@prebook/client/limits'
import type { Rule } from '../../lib/rules.ts'
import { wholeNumberOf } from './book-rules.ts'

export const tokenNameRule: Rule = (value) => {
  const { length } = value.trim()
  if (length === 0) return 'Enter a name.'
  return length > limits.tokenName.max ? `Must have at most ${limits.tokenName.max} characters.` : null
}

/** Days until a token expires; empty for no change, or for no end. */
export const tokenDaysRule: Rule = (value) => {
  if (value.trim() === '') return null
  const days = wholeNumberOf(value)
  const { min, max } = limits.tokenDays
  return days === null || days < min || days > max
    ? `Must be a whole number from ${min} to ${max.toLocaleString('en')}.`
    : null
}

/** The input of a server for typed days. */
export function expiryInput(value: string): { expiresInDays?: number } {
  const days = wholeNumberOf(value)
  return days === null ? {} : { expiresInDays: days }
}
