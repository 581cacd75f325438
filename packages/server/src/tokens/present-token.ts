import { tokenStatus, type ApiToken, type TokenFacts } from '@prebook/core'
import type { ApiTokenRow, ListedApiToken } from '@prebook/db'
import { readScopes } from '../auth/api-tokens.ts'
import { isoTime, isoTimeOrNull } from '../iso-time.ts'

/** Converts a token row to its API form at a time. */
export function presentToken(row: ListedApiToken, now: number): ApiToken {
  const status = tokenStatus(factsOf(row), now)
  const overlaps = status === 'active' && row.previous_until !== null && row.previous_until > now
  return {
    id: row.id,
    name: row.name,
    scopes: readScopes(row),
    status,
    createdBy: row.created_by,
    createdByEmail: row.creator_email,
    createdAt: isoTime(row.created_at),
    expiresAt: isoTimeOrNull(row.expires_at),
    lastUsedAt: isoTimeOrNull(row.last_used_at),
    revokedAt: isoTimeOrNull(row.revoked_at),
    overlapEndsAt: isoTimeOrNull(overlaps ? row.previous_until : null),
  }
}

/** What the status of a token depends on. */
export function factsOf({ revoked_at, expires_at }: ApiTokenRow): TokenFacts {
  return { revokedAt: revoked_at, expiresAt: expires_at }
}
