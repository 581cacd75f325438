import {
  PrebookError,
  RedrivableState,
  type DeliveryRedriven,
  type DeliveryRedriveInput,
} from '@prebook/core'
import {
  findDelivery,
  listDeliveryIds,
  recordAudit,
  requeueDeliveries,
  type ChangeEvent,
  type Tx,
} from '@prebook/db'
import type { ActorContext } from '../context.ts'
import { cursorAfter, readCursor } from '../cursor.ts'

/** Deliveries per call and transaction. */
const BATCH = 500

/**
 * Requeues e-mails that failed or were held, with all their tries available again. Each is checked again before it is
 * sent, like any other. Batches advance by id, so a redrive ends even if the requeued deliveries fail again immediately.
 *
 * @throws PrebookError `DELIVERY_NOT_FOUND`, `DELIVERY_NOT_REDRIVABLE`
 */
export async function redriveDeliveries(
  context: ActorContext,
  input: DeliveryRedriveInput,
): Promise<DeliveryRedriven> {
  const { services, actor } = context
  const { store, now } = services
  const action = 'deliveries.redrive'
  if ('deliveryId' in input) {
    return store.write(async (tx) => {
      const ids = [input.deliveryId]
      const redriven = await requeueDeliveries(tx, { ids, states: RedrivableState.options, now: now() })
      if (redriven === 0) throw await redriveError(tx, input.deliveryId)
      const subject = `delivery:${input.deliveryId}` as const
      await recordAudit(tx, { at: now(), actor: actor.id, action, subject, details: { redriven } })
      return context.keep(tx, { redriven, nextCursor: null })
    }, eventFor)
  }
  const { state, bookId } = input
  const afterId = readCursor('redriven', input.cursor) ?? 0
  return store.write(async (tx) => {
    const ids = await listDeliveryIds(tx, { state, bookId, afterId, limit: BATCH })
    const redriven = await requeueDeliveries(tx, { ids, states: [state], now: now() })
    if (redriven > 0) {
      const subject = bookId === undefined ? 'deliveries' : (`book:${bookId}` as const)
      await recordAudit(tx, { at: now(), actor: actor.id, action, subject, details: { redriven, state } })
    }
    const last = ids.length === BATCH ? ids.at(-1) : undefined
    const nextCursor = last === undefined ? null : cursorAfter('redriven', last)
    return context.keep(tx, { redriven, nextCursor })
  }, eventFor)
}

function eventFor({ redriven }: DeliveryRedriven): ChangeEvent | null {
  return redriven === 0 ? null : { kind: 'mail-queued' }
}

async function redriveError(tx: Tx, deliveryId: number): Promise<PrebookError> {
  const delivery = await findDelivery(tx, deliveryId)
  return new PrebookError(delivery === undefined ? 'DELIVERY_NOT_FOUND' : 'DELIVERY_NOT_REDRIVABLE', {
    field: 'deliveryId',
  })
}
