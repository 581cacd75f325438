import type { Cast } from './cast.ts'
import type { FollowedStream } from './follow-stream.ts'
import { mailSettled } from './mail-settled.ts'

/** A title will not come back, as Ada sees in the stream of her pre-bookings, and then it does. */
export async function tellWithdrawals(cast: Cast, watching: FollowedStream): Promise<void> {
  const { step, anonymous, admin, ada } = cast

  await step('prebook what is withdrawn later', () => ada.prebooks.create.mutate({ bookId: 3 }))
  await step('watch it wait', () => watching.until(5))
  await step('preview a withdrawal', () => admin.books.previewWithdrawal.query({ bookId: 3, successorId: 1 }))
  await step('preview a withdrawal, itself', () =>
    admin.books.previewWithdrawal.query({ bookId: 3, successorId: 3 }),
  )
  await step('preview a withdrawal, no book', () => admin.books.previewWithdrawal.query({ bookId: 99 }))
  await step('preview a withdrawal, reader', () => ada.books.previewWithdrawal.query({ bookId: 3 }))
  await step('withdraw, reader', () => ada.books.withdraw.mutate({ bookId: 3 }))
  await step('withdraw, no book', () => admin.books.withdraw.mutate({ bookId: 99 }))
  await step('withdraw, no successor', () => admin.books.withdraw.mutate({ bookId: 3, successorId: 99 }))
  await step('withdraw for itself', () => admin.books.withdraw.mutate({ bookId: 3, successorId: 3 }))
  await step('withdraw', () => admin.books.withdraw.mutate({ bookId: 3, successorId: 1, note: 'Sorry.' }))
  await step('watch the withdrawal', () => watching.until(6))
  await mailSettled(admin, { bookId: 3, count: 1 })
  await step('withdraw again', () => admin.books.withdraw.mutate({ bookId: 3 }))
  await step('preview what is withdrawn', () => admin.books.previewWithdrawal.query({ bookId: 3 }))
  await step('withdraw for a withdrawn one', () => admin.books.withdraw.mutate({ bookId: 4, successorId: 3 }))
  await step('withdraw what replaces it for it', () =>
    admin.books.withdraw.mutate({ bookId: 1, successorId: 3 }),
  )
  await step('prebook a withdrawn one', () => ada.prebooks.create.mutate({ bookId: 3 }))
  await step('the withdrawn one', () => anonymous.books.get.query({ bookId: 3 }))
  await step('its waitlist', () => ada.books.waitlist.query({ bookId: 3 }))
  await step('its queue', () => admin.demand.waitlist.query({ bookId: 3 }))
  await step('its prebooks', async () => (await ada.prebooks.list.query({ status: 'cancelled' })).items)
  const [own] = (await ada.prebooks.list.query({ limit: 1 })).items
  await step('cancel what the shop cancelled', () => ada.prebooks.cancel.mutate({ prebookId: own?.id ?? 0 }))
  await step('another successor', () => admin.books.withdraw.mutate({ bookId: 3, successorId: 4 }))
  await step('no successor', () => admin.books.withdraw.mutate({ bookId: 3, successorId: null }))
  await step('reinstate, reader', () => ada.books.reinstate.mutate({ bookId: 3 }))
  await step('reinstate, no book', () => admin.books.reinstate.mutate({ bookId: 99 }))
  await step('reinstate', () => admin.books.reinstate.mutate({ bookId: 3 }))
  await step('reinstate again', () => admin.books.reinstate.mutate({ bookId: 3 }))
  await step('prebook a reinstated one', () => ada.prebooks.create.mutate({ bookId: 3 }))
  await step('watch it wait again', () => watching.until(7))
  await step('withdraw once more', () => admin.books.withdraw.mutate({ bookId: 3, successorId: 4 }))
  await step('watch it again', () => watching.until(8))
  await step('restock a withdrawn one', () => admin.stock.set.mutate({ bookId: 3, quantity: 1 }))
  await step('withdraw what is in stock', () => admin.books.withdraw.mutate({ bookId: 3 }))
  await step('prebook what is in stock and withdrawn', () => ada.prebooks.create.mutate({ bookId: 3 }))
  await step('sell the last one', () => admin.stock.adjust.mutate({ bookId: 3, delta: -1 }))
  await step('prebook what is sold out and withdrawn', () => ada.prebooks.create.mutate({ bookId: 3 }))
  await mailSettled(admin, { bookId: 3, count: 2 })
}
