import { randomUUID } from 'node:crypto'
import { claimDeliveries, concludeDelivery, findDeliveryFacts, type DeliveryOutcome } from '@prebook/db'
import type { Services } from '../../services.ts'
import { skipReason } from './check-delivery.ts'

/** Deliveries in one transaction. */
const BATCH = 100

/**
 * What happens to deliveries without a mail server: nothing is sent and nothing dropped. Each ends as `held`, to be sent
 * by a redrive when there is a server, or as `skipped` like any other.
 *
 * @param concluded told how each ended, after the commit
 * @returns whether more may be due
 */
export async function holdDeliveries(
  { store, now }: Services,
  concluded: (outcome: DeliveryOutcome) => void,
): Promise<boolean> {
  const token = randomUUID()
  const outcomes = await store.write(async (tx) => {
    // Claimed and concluded in one transaction, so the lease lasts no longer than that.
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
  for (const outcome of outcomes) concluded(outcome)
  return outcomes.length === BATCH
}
