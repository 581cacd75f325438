import { randomUUID } from 'node:crypto'
import { claimDeliveries, concludeDelivery, findDeliveryFacts, type DeliveryOutcome } from '@prebook/db'
import type { Services } from '../../services.ts'
import { skipReason } from './check-delivery.ts'

/** Deliveries per transaction. */
const BATCH = 100

/**
 * Processes due deliveries when no mail server is configured. Each becomes `held`, to be sent by a redrive later, or
 * `skipped` like any other.
 *
 * @param onCompleted called with each outcome after the commit
 * @returns whether more may be due
 */
export async function holdDeliveries(
  { store, now }: Services,
  onCompleted: (outcome: DeliveryOutcome) => void,
): Promise<boolean> {
  const token = randomUUID()
  const outcomes = await store.write(async (tx) => {
    // Claimed and completed in one transaction, so the lease never matters.
    const claimed = await claimDeliveries(tx, { limit: BATCH, token, now: now(), leaseMs: 1_000 })
    if (claimed.length === 0) return []
    const done: DeliveryOutcome[] = []
    const all = await findDeliveryFacts(
      tx,
      claimed.map(({ id }) => id),
    )
    for (const facts of all) {
      const reason = skipReason(facts)
      const outcome: DeliveryOutcome = reason === null ? { state: 'held' } : { state: 'skipped', reason }
      await concludeDelivery(tx, { id: facts.id, token }, outcome)
      done.push(outcome)
    }
    return done
  })
  for (const outcome of outcomes) onCompleted(outcome)
  return outcomes.length === BATCH
}
