import {
  compareInOrderList,
  copiesToOrder,
  orderCursorText,
  readOrderCursor,
  type DemandOrderListInput,
  type DemandOrderListPage,
  type OrderPosition,
} from '@prebook/core'
import type { OpenWaitlist } from '@prebook/db'
import type { ActorContext } from '../context.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { isoTime } from '../iso-time.ts'
import type { Services } from '../services.ts'
import { countDemand } from './count-demand.ts'
import { openWaitlists } from './open-waitlists.ts'
import { periodOf } from './period.ts'

/**
 * Lists the books that readers wait for, most readers first, with how many copies to order. Of a book whose number of readers
 * changes between two pages, the list may show none or two.
 *
 * @throws PrebookError `VALIDATION_ERROR` for a cursor of something else, or a day that is not within the last year
 */
export async function orderList(
  { services }: ActorContext,
  input: DemandOrderListInput,
): Promise<DemandOrderListPage> {
  const { cursor, limit, readersPerCopy = services.readersPerCopy } = input
  const period = periodOf(services, input)
  const after = cursor == null ? null : readOrderCursor(decodeCursor(cursor))
  const found = await mostWanted(services, after, limit + 1)
  const shown = found.slice(0, limit)
  const items: DemandOrderListPage['items'] = []
  for (const waitlist of shown) {
    const { joinedByDay: _, ...demand } = await countDemand(services, waitlist, period)
    items.push({ ...demand, copies: copiesToOrder(demand.waiting, readersPerCopy) })
  }
  const last = shown.at(-1)
  return {
    items,
    nextCursor:
      found.length > limit && last !== undefined ? encodeCursor(orderCursorText(positionOf(last))) : null,
    readersPerCopy,
    joinedSince: isoTime(period.from),
  }
}

/**
 * The next open waitlists in the order of the list. They have no index in this order: it would be written with each pre-booking, and
 * a shop has few open waitlists compared with that.
 */
async function mostWanted(
  { store }: Services,
  after: OrderPosition | null,
  limit: number,
): Promise<OpenWaitlist[]> {
  let first: OpenWaitlist[] = []
  const compare = (a: OpenWaitlist, b: OpenWaitlist) => compareInOrderList(positionOf(a), positionOf(b))
  for await (const waitlists of openWaitlists(store)) {
    const behind = waitlists.filter(
      (waitlist) =>
        waitlist.waiting_count > 0 && (after === null || compareInOrderList(positionOf(waitlist), after) > 0),
    )
    first = [...first, ...behind].toSorted(compare).slice(0, limit)
  }
  return first
}

function positionOf({ waiting_count, id }: OpenWaitlist): OrderPosition {
  return { waiting: waiting_count, id }
}
