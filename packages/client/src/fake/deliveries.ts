import {
  PrebookError,
  RedrivableState,
  type Delivery,
  type DeliveryIdInput,
  type DeliveryListInput,
  type DeliveryPage,
  type DeliveryRedriveInput,
  type DeliveryRedriven,
  type SuppressionLifted,
} from '@prebook/core'
import type { ActorCall } from './callers.ts'
import { cursorAfter, newestFirst, page, readCursor } from './cursors.ts'
import { addressOf, isSuppressed, redeliver } from './mail.ts'
import type { DeliveryRow } from './rows.ts'
import { findBook, isoTime, isoTimeOrNull, recordAudit, type Shop } from './shop.ts'

/** Deliveries of one call. */
const BATCH = 500

export function presentDelivery(shop: Shop, row: DeliveryRow): Delivery {
  const { id, kind, prebookId, bookId, userId, state, attempts, queuedAt, skipReason, lastError, sentAt } =
    row
  const email = addressOf(shop, row)
  return {
    id,
    kind,
    prebookId,
    bookId,
    bookTitle: bookId === null ? null : (findBook(shop, bookId)?.title ?? null),
    userId,
    email,
    addressSuppressed: isSuppressed(shop, email),
    state,
    attempts,
    queuedAt: isoTime(queuedAt),
    // Every mail is tried at once.
    nextAttemptAt: null,
    skipReason: state === 'skipped' ? skipReason : null,
    lastError,
    sentAt: isoTimeOrNull(sentAt),
  }
}

function findDelivery({ rows }: Shop, deliveryId: number): DeliveryRow | undefined {
  return rows.deliveries.find(({ id }) => id === deliveryId)
}

export function listDeliveries({ shop }: ActorCall, input: DeliveryListInput): DeliveryPage {
  const { state, bookId, cursor, limit } = input
  const rows = newestFirst('deliveries', shop.rows.deliveries, cursor).filter(
    (row) => row.state === (state ?? row.state) && row.bookId === (bookId ?? row.bookId),
  )
  return page(
    'deliveries',
    rows,
    limit,
    (row) => presentDelivery(shop, row),
    ({ id }) => id,
  )
}

export function redriveDeliveries({ shop, actor }: ActorCall, input: DeliveryRedriveInput): DeliveryRedriven {
  const { deliveries } = shop.rows
  const action = 'deliveries.redrive'
  if ('deliveryId' in input) {
    const delivery = findDelivery(shop, input.deliveryId)
    if (delivery === undefined) throw new PrebookError('DELIVERY_NOT_FOUND', { field: 'deliveryId' })
    if (!RedrivableState.safeParse(delivery.state).success)
      throw new PrebookError('DELIVERY_NOT_REDRIVABLE', { field: 'deliveryId' })
    redeliver(shop, delivery)
    recordAudit(shop, actor.id, { action, subject: `delivery:${delivery.id}`, details: { redriven: 1 } })
    return { redriven: 1, nextCursor: null }
  }
  const { state, bookId, cursor } = input
  const afterId = readCursor('redriven', cursor) ?? 0
  const batch = deliveries
    .filter((row) => row.id > afterId && row.state === state && row.bookId === (bookId ?? row.bookId))
    .slice(0, BATCH)
  for (const delivery of batch) redeliver(shop, delivery)
  const redriven = batch.length
  if (redriven > 0)
    recordAudit(shop, actor.id, {
      action,
      subject: bookId === undefined ? 'deliveries' : `book:${bookId}`,
      details: { redriven, state },
    })
  const last = redriven === BATCH ? batch.at(-1) : undefined
  return { redriven, nextCursor: last === undefined ? null : cursorAfter('redriven', last.id) }
}

export function liftSuppression(
  { shop, actor }: ActorCall,
  { deliveryId }: DeliveryIdInput,
): SuppressionLifted {
  const { rows } = shop
  const delivery = findDelivery(shop, deliveryId)
  if (delivery === undefined) throw new PrebookError('DELIVERY_NOT_FOUND', { field: 'deliveryId' })
  const email = addressOf(shop, delivery)
  const lifted = isSuppressed(shop, email)
  rows.refusals = rows.refusals.filter((refusal) => refusal.email !== email)
  if (lifted)
    recordAudit(shop, actor.id, {
      action: 'deliveries.liftSuppression',
      subject: `delivery:${deliveryId}`,
      details: {},
    })
  return { lifted }
}
