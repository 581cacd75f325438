import { isGuest } from '@prebook/core'
import type { UserRow } from '@prebook/db'

/** Core's {@link isGuest}, for the row of an account. */
export function isGuestRow(user: Pick<UserRow, 'password_hash' | 'verified_at' | 'role'>): boolean {
  const { role, password_hash, verified_at } = user
  return isGuest({ role, hasPassword: password_hash !== null, isVerified: verified_at !== null })
}
