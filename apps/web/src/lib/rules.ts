import { limits } from '@prebook/client/limits'

/** Validates a typed value. Returns the error message, or null. */
export type Rule = (value: string) => string | null

export const emailAddress: Rule = (value) => {
  const text = value.trim()
  if (text === '') return 'Enter your e-mail address.'
  if (text.length > limits.email.max) return `Must have at most ${limits.email.max} characters.`
  return /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(text)
    ? null
    : 'Must be an e-mail address, such as reader@example.org.'
}

/** An existing password: only checked for being present, because older rules may have allowed it. */
export const password: Rule = (value) => (value === '' ? 'Enter your password.' : null)

/** Counts code points as the server does: an emoji is one character. */
export const newPassword: Rule = (value) => {
  const { min, max } = limits.newPassword
  const { length } = Array.from(value)
  if (length < min) return `Must have at least ${min} characters.`
  return length > max ? `Must have at most ${max} characters.` : null
}
