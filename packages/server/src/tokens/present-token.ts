import type { ApiToken } from '@prebook/core'
import type { ApiTokenRow, ListedApiToken } from '@prebook/db'
import { readScopes } from '../auth/api-tokens.ts'
import { isoTime, isoTimeOrNull } from '../iso-time.ts'

/** Converts a token row to its API form at a time. */
export function presentToken(row: ListedApiToken, now: number): ApiToken {
  const status = statusAt(row, now)
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

/** Whether a token works at a time. */
export function statusAt(row: ApiTokenRow, now: number): ApiToken['status'] {
  if (row.revoked_at !== null) return 'revoked'
  return row.expires_at !== null && row.expires_at <= now ? 'expired' : 'active'
}
