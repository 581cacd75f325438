/** A challenge of ALTCHA: a counter whose derived key begins with `keyPrefix`. */
type Challenge = {
  parameters: { nonce: string; salt: string; cost: number; keyLength: number; keyPrefix: string }
}

/** Tries that run at once, on the browser's own threads. */
const BATCH = 20

/** How long to try, in milliseconds. Afterwards the challenge is no longer valid. */
const TIMEOUT_MS = 10 * 60_000

/**
 * Finds the counter that a challenge asks for. The browser derives the keys on threads of its own: a worker would need a
 * permission of the page's content security policy.
 *
 * @param text the challenge as JSON
 * @returns the solution as Base64, as ALTCHA sends it
 * @throws Error if none is found in time, or the page is not served by HTTPS
 */
export async function solve(text: string): Promise<string> {
  const challenge = JSON.parse(text) as Challenge
  const { nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters
  const algorithm = { name: 'PBKDF2', hash: 'SHA-256', salt: bytesOf(salt), iterations: cost }
  const keyOf = async (counter: number) => {
    const password = bytesOf(nonce + counter.toString(16).padStart(8, '0'))
    const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits'])
    const derived = new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, keyLength * 8))
    return Array.from(derived, (byte) => byte.toString(16).padStart(2, '0')).join('')
  }
  const end = performance.now() + TIMEOUT_MS
  for (let first = 0; performance.now() < end; first += BATCH) {
    const keys = await Promise.all(Array.from({ length: BATCH }, (_, index) => keyOf(first + index)))
    const found = keys.findIndex((key) => key.startsWith(keyPrefix))
    if (found !== -1)
      return btoa(
        JSON.stringify({ challenge, solution: { counter: first + found, derivedKey: keys[found] } }),
      )
  }
  throw new Error('The challenge was not solved in time.')
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16))
}
