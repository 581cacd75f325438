import { randomUUID } from 'node:crypto'
import { DeliveryLane, leavesNoRow, WISH_MS, type DeliveryKind } from '@prebook/core'
import { claimDeliveries, concludeDelivery, type ClaimedRow, type DeliveryOutcome } from '@prebook/db'
import type { Services } from '../../services.ts'
import { readMails } from '../content/mail-kinds.ts'

/** Deliveries per transaction. */
const BATCH = 100

/**
 * Processes due deliveries when no mail server is configured. Each becomes `held`, to be sent by a redrive later, or
 * `skipped` like any other. Mail that leaves no row is deleted, unless it is previewed.
 *
 * @param onCompleted called with each outcome after the commit
 * @returns whether more may be due
 */
export async function holdDeliveries(
  services: Services,
  onCompleted: (outcome: DeliveryOutcome) => void,
): Promise<boolean> {
  const { store, now } = services
  const token = randomUUID()
  const outcomes = await store.write(async (tx) => {
    // Claimed and completed in one transaction, so the lease never matters.
    const claimed: ClaimedRow[] = []
    for (const lane of DeliveryLane.options) {
      const limit = BATCH - claimed.length
      if (limit > 0)
        claimed.push(...(await claimDeliveries(tx, { lane, limit, token, now: now(), leaseMs: 1_000 })))
    }
    const done: DeliveryOutcome[] = []
    for (const { facts, skip: reason } of await readMails(tx, claimed, services)) {
      // An address cannot be proven without a mail server. That is decided when the mail is sent.
      const held = reason === null || reason === 'unverified'
      const outcome: DeliveryOutcome = held ? holdOutcome(facts.kind, services) : { state: 'skipped', reason }
      await concludeDelivery(tx, { id: facts.id, kind: facts.kind, token }, outcome)
      done.push(outcome)
    }
    return done
  })
  for (const outcome of outcomes) onCompleted(outcome)
  return outcomes.length === BATCH
}

/**
 * Mail that leaves no row cannot be sent later. It was queued while there was a mail server, or for a preview, where it stays as
 * long as it could wait for one.
 */
function holdOutcome(kind: DeliveryKind, { mail, now }: Services): DeliveryOutcome {
  if (!leavesNoRow(kind)) return { state: 'held' }
  return mail.isPreviewed === true
    ? { state: 'pending', nextAttemptAt: now() + WISH_MS.unsent, error: null }
    : { state: 'skipped', reason: 'expired' }
}
