import type { Account, User } from '@prebook/core'
import type { UserRow } from '@prebook/db'
import { isoTime } from '../iso-time.ts'
import type { Services } from '../services.ts'

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
export function presentAccount(row: UserRow, { mail }: Pick<Services, 'mail'>): Account {
  const verifiedAt = row.verified_at === null ? null : isoTime(row.verified_at)
  const canVerify = verifiedAt === null && mail.configured
  return { ...presentUser(row), verifiedAt, canVerify, locale: row.locale }
}
