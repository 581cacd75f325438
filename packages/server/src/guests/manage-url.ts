import type { UserRow } from '@prebook/db'
import type { Services } from '../services.ts'
import { isGuestRow } from './is-guest.ts'

/**
 * Where somebody sees and changes their pre-bookings: a guest by a link for a year from now, and everybody else after signing in.
 *
 * @param generation which links of the guest it is one of: those of now, or earlier ones, which may have been revoked
 */
export function manageUrl(
  { mail, now }: Pick<Services, 'mail' | 'now'>,
  user: UserRow,
  generation = user.manage_generation,
): string {
  return isGuestRow(user) ? mail.links.managePage(user.id, generation, now()) : mail.links.prebookingsPage()
}
