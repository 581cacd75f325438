import type { SkipReason } from '@prebook/core'
import type { DeliveryFacts } from '@prebook/db'

/** The reason to skip a delivery, given its current facts; null when it may be sent. */
export function skipReason(facts: DeliveryFacts): SkipReason | null {
  if (facts.cancelledAt !== null) return 'cancelled'
  if (facts.userIsActive === 0) return 'deactivated'
  if (facts.mailOptOut === 1) return 'opted-out'
  return null
}
