import type { Cast } from './cast.ts'
import { followPrebooks, type FollowedStream } from './follow-stream.ts'

/** Readers pre-book, and staff see the demand. Returns the stream of Ada's pre-bookings. */
export async function tellWaiting(cast: Cast): Promise<FollowedStream> {
  const { step, anonymous, admin, ada, bob, eve } = cast

  await step('prebook, anonymous', () => anonymous.prebooks.create.mutate({ bookId: 2 }))
  await step('prebook, in stock', () => ada.prebooks.create.mutate({ bookId: 1 }))
  await step('prebook, no book', () => ada.prebooks.create.mutate({ bookId: 99 }))
  await step('prebook, bad', () => ada.prebooks.create.mutate({ bookId: '2' } as never))
  const watching = followPrebooks(ada)
  await step('watch', () => watching.until(0, () => watching.isOpen))
  await step('prebook', () => ada.prebooks.create.mutate({ bookId: 2 }))
  await step('watch the first', () => watching.until(1))
  await step('prebook twice', () => ada.prebooks.create.mutate({ bookId: 2 }))
  await step('prebook, second reader', () => bob.prebooks.create.mutate({ bookId: 2 }))
  await step('prebook, unverified reader', () => eve.prebooks.create.mutate({ bookId: 2 }))
  await step('prebook another', () => ada.prebooks.create.mutate({ bookId: 3 }))
  await step('watch the second', () => watching.until(2))
  await step('position', () => bob.prebooks.get.query({ prebookId: 2 }))
  await step('not mine', () => bob.prebooks.get.query({ prebookId: 1 }))
  await step('waitlist', () => bob.books.waitlist.query({ bookId: 2 }))
  await step('waitlist, anonymous', () => anonymous.books.waitlist.query({ bookId: 2 }))
  await step('waitlist, none', () => anonymous.books.waitlist.query({ bookId: 1 }))
  await step('waitlist, no book', () => anonymous.books.waitlist.query({ bookId: 99 }))
  await step('cancel', () => ada.prebooks.cancel.mutate({ prebookId: 4 }))
  await step('watch the cancellation', () => watching.until(3))
  await step('cancel twice', () => ada.prebooks.cancel.mutate({ prebookId: 4 }))
  await step('cancel what is not mine', () => ada.prebooks.cancel.mutate({ prebookId: 2 }))
  await step('demand', () => admin.demand.top.query({}))
  await step('demand of three days', () =>
    admin.demand.top.query({ days: 3, order: 'joinedLately', limit: 1 }),
  )
  await step('demand, reader', () => ada.demand.top.query({}))
  await step('queue', async () => {
    const first = await admin.demand.waitlist.query({ bookId: 2, limit: 2 })
    return [first, await admin.demand.waitlist.query({ bookId: 2, limit: 2, cursor: first.nextCursor })]
  })
  await step('queue of no one', () => admin.demand.waitlist.query({ bookId: 1 }))
  await step('queue of no book', () => admin.demand.waitlist.query({ bookId: 99 }))
  return watching
}
