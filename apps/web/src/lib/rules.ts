import { parseAccountEmail, parseEmail, type ParsedEmail } from '@prebook/client/email'
import { limits } from '@prebook/client/limits'

/** Validates a typed value. Returns the error message, or null. */
export type Rule = (value: string) => string | null

/** The address of a new account. */
export const emailAddress: Rule = (value) => checkAddress(value, parseEmail)

/** An existing account's address, which older rules may have allowed. */
export const accountAddress: Rule = (value) => checkAddress(value, parseAccountEmail)

function checkAddress(value: string, parse: (text: string) => ParsedEmail): string | null {
  if (value.trim() === '') return 'Enter your e-mail address.'
  const parsed = parse(value)
  return 'problem' in parsed ? parsed.problem : null
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
