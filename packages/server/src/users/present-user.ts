import type { Account, User } from '@prebook/core'
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

/** Converts an account row to the form for its owner. */
export function presentAccount(row: UserRow): Account {
  const verifiedAt = row.verified_at === null ? null : isoTime(row.verified_at)
  return { ...presentUser(row), verifiedAt, locale: row.locale }
}
