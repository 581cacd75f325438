/** A challenge as ALTCHA has it: a number up to `maxnumber` whose hash after `salt` is `challenge`. */
type Challenge = { algorithm: string; challenge: string; maxnumber?: number; salt: string; signature: string }

/** Attempts that run at once, so that the page stays responsive in between. */
const BATCH = 500

/**
 * Finds the number that a challenge asks for, on the page's own thread: a worker would need a permission of the page's
 * content security policy.
 *
 * @param text the challenge as JSON
 * @returns the solution as Base64, as ALTCHA sends it
 * @throws Error if there is none, or the page is not served by HTTPS
 */
export async function solve(text: string): Promise<string> {
  const { algorithm, challenge, maxnumber = 1_000_000, salt, signature } = JSON.parse(text) as Challenge
  const encoder = new TextEncoder()
  const hash = async (number: number) => {
    const digest = await crypto.subtle.digest(algorithm, encoder.encode(`${salt}${number}`))
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
  }
  for (let first = 0; first <= maxnumber; first += BATCH) {
    const hashes = await Promise.all(Array.from({ length: BATCH }, (_, index) => hash(first + index)))
    const found = hashes.indexOf(challenge)
    if (found !== -1) {
      return btoa(JSON.stringify({ algorithm, challenge, number: first + found, salt, signature }))
    }
  }
  throw new Error('The challenge has no solution.')
}
