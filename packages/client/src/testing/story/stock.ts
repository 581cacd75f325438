import type { Cast } from './cast.ts'
import { followStock, type FollowedStream } from './follow-stream.ts'
import { mailSettled } from './mail-settled.ts'

/** Stock comes and goes, and those who wait are notified, as Ada sees in the stream of her pre-bookings. */
export async function tellStock(cast: Cast, watching: FollowedStream): Promise<void> {
  const { step, admin, ada, bob } = cast

  const changes = followStock(admin)
  await step('watch stock', () => changes.until(0, () => changes.isOpen))
  await step('preview', () => admin.stock.preview.query({ bookId: 2, quantity: 5 }))
  await step('preview too few', () => admin.stock.preview.query({ bookId: 2, delta: -1 }))
  await step('preview neither', () => admin.stock.preview.query({ bookId: 2 } as never))
  await step('stock, reader', () => ada.stock.set.mutate({ bookId: 2, quantity: 5 }))
  await step('stock, no book', () => admin.stock.set.mutate({ bookId: 99, quantity: 5 }))
  await step('stock, conflict', () => admin.stock.set.mutate({ bookId: 2, quantity: 5, expectedQuantity: 7 }))
  await step('stock, too many', () => admin.stock.adjust.mutate({ bookId: 1, delta: 1_000_000 }))
  const restock = { bookId: 2, quantity: 5, note: 'a box', idempotencyKey: 'box-1' }
  await step('restock', () => admin.stock.set.mutate(restock))
  await mailSettled(admin, { bookId: 2, count: 3 })
  await step('restock, same key', () => admin.stock.set.mutate(restock))
  await step('restock, key of another', () => admin.stock.set.mutate({ ...restock, quantity: 6 }))
  await step('watch the notification', () => watching.until(6))
  await step('watch the restock', () => changes.until(1))
  await step('same quantity', () => admin.stock.set.mutate({ bookId: 2, quantity: 5 }))
  await step('sell', () => admin.stock.adjust.mutate({ bookId: 2, delta: -2 }))
  await step('watch the sale', () => changes.until(2))
  await step('sell too many', () => admin.stock.adjust.mutate({ bookId: 2, delta: -4 }))
  await step('notified', () => ada.prebooks.get.query({ prebookId: 1 }))
  await step('cancel after the notification', () => bob.prebooks.cancel.mutate({ prebookId: 2 }))
  await step('my prebooks', () => ada.prebooks.list.query({}))
  await step('my notified ones', () => ada.prebooks.list.query({ status: 'notified' }))
  await step('my prebooks by pages', async () => {
    const first = await ada.prebooks.list.query({ limit: 1 })
    return [first, await ada.prebooks.list.query({ limit: 1, cursor: first.nextCursor })]
  })
  const batch = [
    { bookId: 1, delta: 1 },
    { isbn: '9780141439587', quantity: 0 },
    { isbn: '9780441172719', quantity: 1 },
    { bookId: 1, delta: -50 },
    { bookId: 1 },
    { bookId: 2, quantity: 3 },
    { bookId: 1, delta: 2, idempotencyKey: 'own' },
    { bookId: 2, quantity: 1, expectedQuantity: 9 },
    { bookId: 2, delta: 1, expectedQuantity: 3 },
  ]
  const dryRun = () => admin.stock.batch.mutate({ lines: batch, idempotencyKey: 'batch-1', dryRun: true })
  await step('batch, dry', dryRun)
  await step('batch', () => admin.stock.batch.mutate({ lines: batch, idempotencyKey: 'batch-1' }))
  await step('batch, same key', () => admin.stock.batch.mutate({ lines: batch, idempotencyKey: 'batch-1' }))
  await step('batch, other lines', () =>
    admin.stock.batch.mutate({ lines: batch.slice(1), idempotencyKey: 'batch-1' }),
  )
  await step('batch with a used key, dry', dryRun)
  const twice = { bookId: 2, delta: 1, idempotencyKey: 'twice' }
  const again = [{ bookId: 2, quantity: 0 }, twice, twice, { ...twice, delta: 2 }, { bookId: 99, delta: 1 }]
  await step('batch of one book, dry', () => admin.stock.batch.mutate({ lines: again, dryRun: true }))
  await step('batch without a key', () => admin.stock.batch.mutate({ lines: batch }))
  await step('watch the batch', () => changes.until(8))
  await step('history', async () => {
    const first = await admin.stock.history.query({ bookId: 2, limit: 1 })
    return [first, await admin.stock.history.query({ bookId: 2, limit: 1, cursor: first.nextCursor })]
  })
  await step('history, no book', () => admin.stock.history.query({ bookId: 99 }))
  await step('end of watching stock', () => changes.end())
  const later = followStock(admin, { bookId: 2, afterMovementId: 1 })
  await step('watch stock since', () => later.until(2))
  await step('end of watching stock again', () => later.end())
}
