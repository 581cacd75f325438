import { PrebookError } from './errors.ts'
import type { TokenStatus } from './schemas/tokens.ts'

const DAY_MS = 86_400_000

/** What the status of a token depends on. Times are in milliseconds UTC. */
export type TokenFacts = { revokedAt: number | null; expiresAt: number | null }

/** Whether a token works at a time. */
export function tokenStatus({ revokedAt, expiresAt }: TokenFacts, now: number): TokenStatus {
  if (revokedAt !== null) return 'revoked'
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'active'
}

/** When a token expires that is made or renewed at `now`; null if never. */
export function tokenExpiry(days: number | undefined, now: number): number | null {
  return days === undefined ? null : now + days * DAY_MS
}

/**
 * Requires that a token still works, so that it can get a new text.
 *
 * @throws PrebookError `TOKEN_NOT_FOUND`
 */
export function assertRotatable(token: TokenFacts, now: number): void {
  if (tokenStatus(token, now) === 'active') return
  throw new PrebookError('TOKEN_NOT_FOUND', {
    message: 'This token was revoked or has expired. Create a new one.',
    field: 'tokenId',
  })
}

/** The refusal of a token: its text is mistyped, or no token with this text works. */
export function tokenRefused(why: 'mistyped' | 'ended'): PrebookError {
  return new PrebookError('AUTH_REQUIRED', {
    message:
      why === 'mistyped'
        ? 'This token is incomplete or mistyped: its checksum does not match. Copy it again.'
        : 'This token does not work: it was revoked or replaced, or it has expired. Use another one.',
  })
}
