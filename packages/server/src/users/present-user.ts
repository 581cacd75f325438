import type { User } from '@prebook/core'
import type { UserRow } from '@prebook/db'
import { isoTime } from '../iso-time.ts'

/** An account as APIs show it. */
export function presentUser(row: UserRow): User {
  return {
    id: row.id,
    email: row.email,
    role: row.role,
    isActive: row.is_active === 1,
    mailOptOut: row.mail_opt_out === 1,
    createdAt: isoTime(row.created_at),
  }
}
