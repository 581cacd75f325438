import type { SkipReason } from '@prebook/core'
import type { DeliveryFacts } from '@prebook/db'

/** Why a message must not go out, as things stand; null when it may. */
export function skipReason(facts: DeliveryFacts): SkipReason | null {
  if (facts.cancelledAt !== null) return 'cancelled'
  if (facts.userIsActive === 0) return 'deactivated'
  if (facts.mailOptOut === 1) return 'opted-out'
  return null
}
