import { commonPasswords } from './common-passwords.ts'
import { parseEmail } from './email.ts'
import { fold } from './fold.ts'

const remedy = 'Choose another one, such as a phrase of several words.'

/**
 * Why a new password is refused as weak, or null. It is refused if it is one of the commonest passwords, the account's
 * address or the part before its `@`, one character repeated, or only white space: what is guessed first. Case and accents
 * are ignored and the password is compared as a whole, as NIST SP 800-63B (3.1.1.2) advises. Strength is not measured.
 *
 * @param email the account's address as stored, or null to leave out the rule about it
 */
export function passwordProblem(password: string, email: string | null): string | null {
  if (/^\s*$/u.test(password)) return `Must not be only white space. ${remedy}`
  const characters = new Set(Array.from(password.normalize('NFC'), fold))
  if (characters.size === 1) return `Must not be one character repeated. ${remedy}`
  const folded = fold(password)
  if (commonPasswords.has(folded)) return `Must not be one of the 1,000 most common passwords. ${remedy}`
  if (email !== null && isAddress(password, folded, email))
    return `Must not be your e-mail address or the part before its @. ${remedy}`
  return null
}

function isAddress(password: string, folded: string, email: string): boolean {
  const parsed = parseEmail(password)
  return (
    [email, email.slice(0, email.lastIndexOf('@'))].includes(folded) ||
    ('email' in parsed && parsed.email === email)
  )
}
