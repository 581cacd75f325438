import { limits } from '@prebook/client/limits'

/** Says what is wrong with what was typed, or null. */
export type Rule = (value: string) => string | null

export const emailAddress: Rule = (value) => {
  const text = value.trim()
  if (text === '') return 'Enter your e-mail address.'
  if (text.length > limits.email.max) return `Must have at most ${limits.email.max} characters.`
  return /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(text)
    ? null
    : 'Must be an e-mail address, such as reader@example.org.'
}

/** The password of an account that exists: whatever was one once. */
export const password: Rule = (value) => (value === '' ? 'Enter your password.' : null)

/** The server counts characters as people do: an emoji is one. */
export const newPassword: Rule = (value) => {
  const { min, max } = limits.newPassword
  const { length } = Array.from(value)
  if (length < min) return `Must have at least ${min} characters.`
  return length > max ? `Must have at most ${max} characters.` : null
}
