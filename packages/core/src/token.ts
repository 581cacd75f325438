/*
 * A token of a machine, as text: `pbk_<random>_<checksum>`, such as `pbk_…32 characters…_0Ab1Cd`. The prefix lets secret
 * scanners find tokens that leaked. The checksum tells a mistyped token from an unknown one without a database, as in GitHub's
 * tokens (https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/).
 */

/**
 * What a token can be allowed to do, and the role that an account needs for the same. A token without a scope cannot do what
 * the scope allows, and no scope includes another one.
 */
export const tokenScopes = {
  'catalogue:write': { description: 'Add, edit and import books', role: 'staff' },
  'stock:write': { description: 'Change stock, and see its history and changes', role: 'staff' },
  'demand:read': { description: 'See how many readers wait for which books', role: 'staff' },
  'deliveries:read': { description: 'See e-mails and their recipients', role: 'admin' },
  'deliveries:write': { description: 'Resend e-mails, and allow addresses again', role: 'admin' },
  'users:read': { description: 'See accounts and their addresses', role: 'admin' },
} as const satisfies Record<string, { description: string; role: 'staff' | 'admin' }>

/** What the text of every token starts with. */
export const TOKEN_PREFIX = 'pbk_'

/** The characters of a token: digits and letters, so that a double click selects all of it. */
export const TOKEN_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Random characters in a token. 32 of 62 each are 190 bits. */
export const TOKEN_RANDOM_LENGTH = 32

/** Six characters of 62 hold every CRC-32. */
const CHECKSUM_LENGTH = 6

const form = new RegExp(
  `^${TOKEN_PREFIX}[0-9A-Za-z]{${TOKEN_RANDOM_LENGTH}}_[0-9A-Za-z]{${CHECKSUM_LENGTH}}$`,
)

/** The text of a token, from {@link TOKEN_RANDOM_LENGTH} random characters of {@link TOKEN_ALPHABET}. */
export function formatToken(random: string): string {
  const start = `${TOKEN_PREFIX}${random}`
  return `${start}_${checksum(start)}`
}

/** Whether a text is meant to be a token, even if it is mistyped. The token of a session never is. */
export function looksLikeToken(text: string): boolean {
  return text.startsWith(TOKEN_PREFIX)
}

/** Whether a text is complete and free of typing errors. Only the database knows whether there is such a token. */
export function isWellFormedToken(text: string): boolean {
  return form.test(text) && text.endsWith(checksum(text.slice(0, -CHECKSUM_LENGTH - 1)))
}

/** The CRC-32 of ASCII text in base 62. */
function checksum(text: string): string {
  let crc = crc32(text)
  let digits = ''
  for (let place = 0; place < CHECKSUM_LENGTH; place += 1) {
    digits = TOKEN_ALPHABET.charAt(crc % TOKEN_ALPHABET.length) + digits
    crc = Math.floor(crc / TOKEN_ALPHABET.length)
  }
  return digits
}

/** The CRC-32 of ASCII text, as in zip and PNG files (RFC 1952, section 8). */
function crc32(text: string): number {
  let crc = ~0
  for (let index = 0; index < text.length; index += 1) {
    crc ^= text.charCodeAt(index)
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}
