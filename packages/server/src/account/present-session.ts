import type { Session } from '@prebook/core'
import type { PublicSessionRow } from '@prebook/db'
import { isoTime } from '../iso-time.ts'

const HOUR_MS = 3_600_000

/** Converts a session row to its API form. */
export function presentSession(row: PublicSessionRow, currentId: number): Session {
  return {
    id: row.public_id,
    current: row.public_id === currentId,
    agent: row.agent,
    createdAt: isoTime(row.created_at),
    // A session that was not used since uses are recorded was used when it started.
    lastUsedAt: isoTime(row.last_used_at || row.created_at - (row.created_at % HOUR_MS)),
    expiresAt: isoTime(row.expires_at),
  }
}
