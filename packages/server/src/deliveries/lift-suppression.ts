import { PrebookError, type DeliveryIdInput, type SuppressionLifted } from '@prebook/core'
import { deleteSuppressions, findDeliveryAddress, recordAudit } from '@prebook/db'
import type { ActorContext } from '../context.ts'

/**
 * Lets the address of an e-mail get mail again after it refused some. Nothing is resent. Idempotent.
 *
 * @throws PrebookError `DELIVERY_NOT_FOUND`
 */
export async function liftSuppression(
  context: ActorContext,
  { deliveryId }: DeliveryIdInput,
): Promise<SuppressionLifted> {
  const { services, actor } = context
  const { store, now } = services
  return store.write(async (tx) => {
    const delivery = await findDeliveryAddress(tx, deliveryId)
    if (delivery === undefined) throw new PrebookError('DELIVERY_NOT_FOUND', { field: 'deliveryId' })
    const lifted = delivery.email !== null && (await deleteSuppressions(tx, delivery.email))
    if (lifted)
      await recordAudit(tx, {
        at: now(),
        actor: actor.id,
        action: 'deliveries.liftSuppression',
        subject: `delivery:${deliveryId}`,
        details: {},
      })
    return context.keep(tx, { lifted })
  })
}
