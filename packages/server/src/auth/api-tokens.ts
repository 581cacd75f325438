import { hash, randomInt } from 'node:crypto'
import {
  formatToken,
  isWellFormedToken,
  TOKEN_ALPHABET,
  TOKEN_RANDOM_LENGTH,
  tokenRefused,
  TokenScope,
} from '@prebook/core'
import {
  findApiToken,
  findRotatedApiToken,
  recordApiTokenUse,
  type ApiTokenRow,
  type Store,
} from '@prebook/db'

/** The precision of the time of a token's last use, and how often it is written at most. */
const MINUTE_MS = 60_000

/** A token that works. */
export type WorkingToken = {
  row: ApiTokenRow
  scopes: readonly TokenScope[]
  /** When the given text stops working, in milliseconds UTC; null if never. */
  validUntil: number | null
}

/** Tokens of machines. Only their hashes are stored. */
export type ApiTokens = {
  /**
   * Finds the token of a text. A mistyped text costs no access to the store. Records the minute of its use, and does not wait
   * for that.
   *
   * @throws PrebookError `AUTH_REQUIRED` when no token with this text works
   */
  find(text: string): Promise<WorkingToken>
}

/** Creates the tokens on a store; `now` returns milliseconds UTC. */
export function createApiTokens(store: Store, now: () => number): ApiTokens {
  // The minute that was recorded last, or is being recorded: a row that was read before may be older. There are few tokens.
  const recorded = new Map<number, number>()

  function recordUse({ id, last_used_at }: ApiTokenRow, time: number): void {
    const minute = time - (time % MINUTE_MS)
    if (Math.max(last_used_at ?? 0, recorded.get(id) ?? 0) >= minute) return
    recorded.set(id, minute)
    // Not awaited: a locked store must not block a request that only reads. If it fails, a later request tries again.
    store.write((tx) => recordApiTokenUse(tx, id, minute)).catch(() => recorded.delete(id))
  }

  return {
    async find(text) {
      if (!isWellFormedToken(text)) throw tokenRefused('mistyped')
      const found = await findByHash(store, hashApiToken(text))
      const time = now()
      if (found === undefined || found.row.revoked_at !== null || (found.validUntil ?? Infinity) <= time)
        throw tokenRefused('ended')
      recordUse(found.row, time)
      return { ...found, scopes: readScopes(found.row) }
    },
  }
}

/** The token with this hash, now or before its last rotation, and until when the hash is valid. */
async function findByHash(
  store: Store,
  hashed: string,
): Promise<Pick<WorkingToken, 'row' | 'validUntil'> | undefined> {
  return store.read(async (reader) => {
    const current = await findApiToken(reader, hashed)
    if (current !== undefined) return { row: current, validUntil: current.expires_at }
    const rotated = await findRotatedApiToken(reader, hashed)
    if (rotated === undefined) return undefined
    const { expires_at, previous_until } = rotated
    return { row: rotated, validUntil: Math.min(expires_at ?? Infinity, previous_until ?? 0) }
  })
}

/** The scopes of a token. Those of a later version of the service are ignored. */
export function readScopes({ scopes }: Pick<ApiTokenRow, 'scopes'>): TokenScope[] {
  const held = new Set(scopes.split(' '))
  return TokenScope.options.filter((scope) => held.has(scope))
}

/** A new token: its text, and what is stored of it. */
export function newTokenText(): { text: string; hash: string } {
  const digits = Array.from({ length: TOKEN_RANDOM_LENGTH }, () =>
    TOKEN_ALPHABET.charAt(randomInt(TOKEN_ALPHABET.length)),
  )
  const text = formatToken(digits.join(''))
  return { text, hash: hashApiToken(text) }
}

function hashApiToken(text: string): string {
  return hash('sha256', text)
}
