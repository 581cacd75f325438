import { caught } from '../caught.ts'
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
  await step('demand since a day', async () => {
    const { joinedSince: day } = await admin.demand.top.query({ days: 1 })
    const { items, joinedSince } = await admin.demand.top.query({ since: day.slice(0, 10) })
    return [
      items.map(({ joinedLately }) => joinedLately),
      joinedSince === `${day.slice(0, 10)}T00:00:00.000Z`,
    ]
  })
  await step('demand since no day', () => admin.demand.top.query({ since: '2027-02-29' }))
  for (const since of ['9999-12-31', '2001-01-01'])
    await step(`demand since ${since}`, async () => {
      // The days depend on the clock of the shop.
      return String(await caught(admin.demand.top.query({ since }))).replaceAll(/\d{4}-\d\d-\d\d/g, 'day')
    })
  await step('demand of two periods', () => admin.demand.top.query({ since: '2026-01-01', days: 7 }))
  await step('order list', () => admin.demand.orderList.query())
  await step('order list, a copy for each', async () => {
    const first = await admin.demand.orderList.query({ readersPerCopy: 1, limit: 1, days: 1 })
    const { nextCursor: cursor } = first
    return [first, await admin.demand.orderList.query({ readersPerCopy: 1, limit: 1, cursor })]
  })
  await step('order list, no readers', () => admin.demand.orderList.query({ readersPerCopy: 0 }))
  await step('order list, bad cursor', () => admin.demand.orderList.query({ cursor: 'b3JkZXI6eDox' }))
  await step('order list, reader', () => ada.demand.orderList.query())
  await step('demand, reader', () => ada.demand.top.query({}))
  await step('queue', async () => {
    const first = await admin.demand.waitlist.query({ bookId: 2, limit: 2 })
    return [first, await admin.demand.waitlist.query({ bookId: 2, limit: 2, cursor: first.nextCursor })]
  })
  await step('queue of no one', () => admin.demand.waitlist.query({ bookId: 1 }))
  await step('queue of no book', () => admin.demand.waitlist.query({ bookId: 99 }))
  await tellDates(cast, watching)
  return watching
}

/** Staff say when the book is expected. */
async function tellDates({ step, anonymous, admin, ada }: Cast, watching: FollowedStream): Promise<void> {
  const year = new Date().getUTCFullYear() + 1
  const { expect } = admin.books
  await step('expect, anonymous', () => anonymous.books.expect.mutate({ bookId: 2, expectedOn: null }))
  await step('expect, reader', () => ada.books.expect.mutate({ bookId: 2, expectedOn: null }))
  await step('expect no book', () => expect.mutate({ bookId: 99, expectedOn: null }))
  await step('expect nothing', () => expect.mutate({ bookId: 2, expectedOn: null }))
  await step('expect in no month', () => expect.mutate({ bookId: 2, expectedOn: `${year}-13` }))
  await step('expect in the past', () => expect.mutate({ bookId: 2, expectedOn: '2020-spring' }))
  await step('expect too late', () => expect.mutate({ bookId: 2, expectedOn: `${year + 11}-01` }))
  await step('expect, contradicting', () =>
    expect.mutate({ bookId: 2, expectedOn: `${year}-03`, precision: 'season' }),
  )
  await step('expect', () => expect.mutate({ bookId: 2, expectedOn: `${year}-03`, precision: 'month' }))
  await step('watch the date', () => watching.until(4))
  await step('expect the same', () => expect.mutate({ bookId: 2, expectedOn: `${year}-03` }))
  await step('expect another', () => expect.mutate({ bookId: 2, expectedOn: `${year}-04-02` }))
  await step('watch the other date', () => watching.until(5))
  await step('expect one that no reader waits for', () =>
    expect.mutate({ bookId: 3, expectedOn: `${year}-winter` }),
  )
  await step('book with a date', () => anonymous.books.get.query({ bookId: 2 }))
  await step('prebook with a date', () => ada.prebooks.get.query({ prebookId: 1 }))
  await step('demand with a date', () => admin.demand.waitlist.query({ bookId: 2 }))
  await step('overdue', () => admin.books.overdue.query())
  await step('overdue, one', () => admin.books.overdue.query({ bookId: 2, limit: 1 }))
  await step('overdue, bad cursor', () => admin.books.overdue.query({ cursor: 'b3ZlcmR1ZTp4OjE' }))
}
