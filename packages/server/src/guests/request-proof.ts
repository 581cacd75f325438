import { randomInt } from 'node:crypto'
import { createChallenge, verifySolution } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import { z } from 'zod'
import { invalid } from '@prebook/core'
import { countTry, findCounts, type Store, type Tx } from '@prebook/db'
import type { SigningKey } from '../auth/signing-key.ts'
import { throttleKeys } from '../auth/throttles.ts'

/** The key of each try is derived as passwords are, so that a program gains little over a browser. */
const ALGORITHM = 'PBKDF2/SHA-256'
/** Rounds of one try, which take a browser about a quarter of a millisecond. */
const ROUNDS = 1_000

/** How long a challenge can be solved and used, in milliseconds. */
const VALID_MS = 10 * 60_000

/** A solution as ALTCHA sends it: JSON in Base64. Nothing but the signature says that the challenge is one of the shop. */
const Solved = z.object({
  challenge: z.object({
    parameters: z.object({
      algorithm: z.literal(ALGORITHM),
      cost: z.literal(ROUNDS),
      expiresAt: z.int(),
      keyLength: z.int(),
      keyPrefix: z.string(),
      nonce: z.string(),
      salt: z.string(),
    }),
    signature: z.string(),
  }),
  solution: z.object({ counter: z.int(), derivedKey: z.string() }),
})

/** Proof of work, which makes requests in great numbers expensive. */
export type RequestProof = {
  /** A new challenge as JSON, or null if the shop asks for none. */
  challenge(): Promise<string | null>
  /**
   * Checks the solution that came with a request.
   *
   * @returns marks its challenge as used in the transaction of the request
   * @throws PrebookError `VALIDATION_ERROR` with the field `proof`, also in the transaction if it is used meanwhile
   */
  prepare(proof: string | undefined): Promise<(tx: Tx) => Promise<void>>
}

/**
 * Creates the proof of work on a store; `now` returns milliseconds UTC.
 *
 * @param difficulty how many tries a solution takes at most, half of it on average; 0 asks for none
 */
export function createRequestProof(
  store: Store,
  now: () => number,
  signingKey: SigningKey,
  difficulty: number,
): RequestProof {
  const { hmac } = throttleKeys(signingKey)
  const secret = () => hmac('prebook-request-proof')

  const verified = async (proof: string): Promise<z.infer<typeof Solved> | null> => {
    const solved = Solved.safeParse(parseBase64Json(proof))
    if (!solved.success) return null
    const { verified: isRight } = await verifySolution({
      ...solved.data,
      deriveKey,
      hmacSignatureSecret: await secret(),
    })
    return isRight ? solved.data : null
  }

  return {
    async challenge() {
      if (difficulty === 0) return null
      const challenge = await createChallenge({
        algorithm: ALGORITHM,
        cost: ROUNDS,
        counter: randomInt(difficulty),
        deriveKey,
        expiresAt: new Date(now() + VALID_MS),
        hmacSignatureSecret: await secret(),
      })
      return JSON.stringify(challenge)
    },
    async prepare(proof) {
      if (difficulty === 0) return async () => {}
      if (proof === undefined)
        throw invalid('proof', 'Solve a challenge of prebooks.challenge, and send its solution.')
      const solved = await verified(proof)
      if (solved === null) throw notRight()
      const key = await hmac(`prebook-request-proof ${solved.challenge.parameters.nonce}`)
      // Checked before the write, so that a solution that is sent again and again takes no lock.
      if ((await store.read((reader) => findCounts(reader, [key], now()))).has(key)) throw notRight()
      return async (tx) => {
        const { counted } = await countTry(tx, { key, limit: 1, windowMs: VALID_MS }, now())
        if (!counted) throw notRight()
      }
    },
  }
}

function notRight() {
  return invalid(
    'proof',
    'The solution is wrong, used or too late. Solve another challenge of prebooks.challenge.',
  )
}

function parseBase64Json(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString())
  } catch {
    return undefined
  }
}
