import type { UserRow } from '@prebook/db'

/** Whether an account is a guest's: its address is proven, and it has no password, so it cannot be signed in to. */
export function isGuest(user: Pick<UserRow, 'password_hash' | 'verified_at' | 'role'>): boolean {
  return user.password_hash === null && user.verified_at !== null && user.role === 'reader'
}
