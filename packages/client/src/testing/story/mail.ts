import type { Cast } from './cast.ts'
import { mailSettled } from './mail-settled.ts'

/** Mail is refused, suppressed and sent again, and the audit log has all that was done. */
export async function tellMail(cast: Cast): Promise<void> {
  const { shop, step, anonymous, admin, bob } = cast

  shop.refuseMailTo('bob@example.org')
  await step('mail that is refused', () =>
    anonymous.auth.requestPasswordReset.mutate({ email: 'bob@example.org' }),
  )
  await mailSettled(admin)
  await step('mail to a suppressed address', () =>
    anonymous.auth.requestPasswordReset.mutate({ email: 'bob@example.org' }),
  )
  await mailSettled(admin)
  await step('deliveries', () => admin.deliveries.list.query({}))
  await step('deliveries of a book', async () => {
    const first = await admin.deliveries.list.query({ bookId: 2, limit: 2 })
    return [first, await admin.deliveries.list.query({ bookId: 2, limit: 2, cursor: first.nextCursor })]
  })
  await step('deliveries, staff', () => bob.deliveries.list.query({}))
  const failed = (await admin.deliveries.list.query({ state: 'failed' })).items[0]?.id ?? 0
  await step('lift', () => admin.deliveries.liftSuppression.mutate({ deliveryId: failed }))
  await step('lift again', () => admin.deliveries.liftSuppression.mutate({ deliveryId: failed }))
  await step('lift nothing', () => admin.deliveries.liftSuppression.mutate({ deliveryId: 99 }))
  await step('redrive', () => admin.deliveries.redrive.mutate({ deliveryId: failed }))
  await mailSettled(admin)
  await step('redriven', () => admin.deliveries.list.query({ limit: 2 }))
  await step('redrive what was sent', () => admin.deliveries.redrive.mutate({ deliveryId: 1 }))
  await step('redrive nothing', () => admin.deliveries.redrive.mutate({ deliveryId: 99 }))
  await step('redrive the held', () => admin.deliveries.redrive.mutate({ state: 'held' }))
  await step('audit', () => admin.audit.list.query({ limit: 100 }))
  await step('audit of a book', () => admin.audit.list.query({ subject: 'book:2', limit: 1 }))
  await step('audit of a token', () => admin.audit.list.query({ tokenId: 1 }))
  await step('audit, bad subject', () => admin.audit.list.query({ subject: 'house:1' }))
  await step('audit, staff', () => bob.audit.list.query({}))
}
