import type { DeliveryListInput, DeliveryPage } from '@prebook/core'
import { listDeliveries as queryDeliveries } from '@prebook/db'
import type { ActorContext } from '../context.ts'
import { page, readCursor } from '../cursor.ts'
import { presentDelivery } from './present-delivery.ts'

/** Lists e-mails, newest first. */
export async function listDeliveries(
  { services }: ActorContext,
  input: DeliveryListInput,
): Promise<DeliveryPage> {
  const filter = {
    state: input.state,
    bookId: input.bookId,
    beforeId: readCursor('deliveries', input.cursor),
    limit: input.limit + 1,
  }
  const rows = await services.store.read((reader) => queryDeliveries(reader, filter))
  return page('deliveries', rows, input.limit, presentDelivery, (row) => row.id)
}
