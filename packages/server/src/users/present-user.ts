import type { User } from '@prebook/core'
import type { UserRow } from '@prebook/db'
import { isoTime } from '../iso-time.ts'

/** Converts an account row to its API form. */
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
