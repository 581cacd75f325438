import {
  PrebookError,
  RedrivableState,
  type DeliveryRedriven,
  type DeliveryRedriveInput,
} from '@prebook/core'
import { findDelivery, listDeliveryIds, requeueDeliveries, type ChangeEvent, type Tx } from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { cursorAfter, readCursor } from '../cursor.ts'

/** Deliveries in one call and one transaction. */
const BATCH = 500

/**
 * Puts e-mails that failed or were kept back in line, with all their tries before them. Just before it is sent each is
 * checked again like any other. The walk is by id, so it ends even where what it puts back fails again at once.
 *
 * @throws PrebookError `DELIVERY_NOT_FOUND`, `DELIVERY_NOT_REDRIVABLE`
 */
export async function redriveDeliveries(
  { services }: SignedInContext,
  input: DeliveryRedriveInput,
): Promise<DeliveryRedriven> {
  const { store, now } = services
  if ('deliveryId' in input) {
    return store.write(async (tx) => {
      const ids = [input.deliveryId]
      const redriven = await requeueDeliveries(tx, { ids, states: RedrivableState.options, now: now() })
      if (redriven === 0) throw await refusal(tx, input.deliveryId)
      return { redriven, nextCursor: null }
    }, tellSenders)
  }
  const { state, bookId } = input
  const afterId = readCursor('redriven', input.cursor) ?? 0
  return store.write(async (tx) => {
    const ids = await listDeliveryIds(tx, { state, bookId, afterId, limit: BATCH })
    const redriven = await requeueDeliveries(tx, { ids, states: [state], now: now() })
    const last = ids.length === BATCH ? ids.at(-1) : undefined
    return { redriven, nextCursor: last === undefined ? null : cursorAfter('redriven', last) }
  }, tellSenders)
}

function tellSenders({ redriven }: DeliveryRedriven): ChangeEvent | null {
  return redriven === 0 ? null : { kind: 'redriven' }
}

async function refusal(tx: Tx, deliveryId: number): Promise<PrebookError> {
  const delivery = await findDelivery(tx, deliveryId)
  return new PrebookError(delivery === undefined ? 'DELIVERY_NOT_FOUND' : 'DELIVERY_NOT_REDRIVABLE', {
    field: 'deliveryId',
  })
}
