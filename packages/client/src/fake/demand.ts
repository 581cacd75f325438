import {
  compareInOrderList,
  copiesToOrder,
  demandPeriod,
  isPastDate,
  limits,
  orderCursorText,
  precisionOf,
  PrebookError,
  readOrderCursor,
  type Demand,
  type DemandOrderListInput,
  type DemandOrderListPage,
  type DemandPeriod,
  type DemandTop,
  type DemandTopInput,
  type DemandWaitlistInput,
  type DemandWaitlistPage,
} from '@prebook/core'
import { actorSeesAddresses, type ActorCall } from './callers.ts'
import { decoded, page, readCursor } from './cursors.ts'
import type { WaitlistRow } from './rows.ts'
import { findBook, findOpenWaitlist, findUser, isOpen, isoTime, queueOf, type Shop } from './shop.ts'

const DAY_MS = 86_400_000

function periodOf(shop: Shop, asked: Parameters<typeof demandPeriod>[0]): DemandPeriod {
  return demandPeriod(asked, { now: shop.now(), today: shop.today(), timeZone: shop.timeZone })
}

function countDemand(shop: Shop, waitlist: WaitlistRow, { from, now, days }: DemandPeriod): Demand {
  const book = findBook(shop, waitlist.bookId)
  const expectedOn = book?.expectedOn ?? null
  const queue = queueOf(shop, waitlist.id)
  const since = now - days * DAY_MS
  const joinedByDay = Array.from({ length: days }, () => 0)
  for (const { createdAt } of queue) {
    const day = Math.min(Math.floor((createdAt - since) / DAY_MS), days - 1)
    if (createdAt >= from) joinedByDay[day] = (joinedByDay[day] ?? 0) + 1
  }
  return {
    waitlistId: waitlist.id,
    bookId: waitlist.bookId,
    bookTitle: book?.title ?? '',
    bookAuthor: book?.author ?? '',
    isbn: book?.isbn ?? null,
    expectedOn,
    expectedPrecision: precisionOf(expectedOn),
    overdue: expectedOn !== null && isPastDate(expectedOn, shop.today()),
    waiting: queue.length,
    since: isoTime(waitlist.openedAt),
    joinedLately: sum(joinedByDay),
    joinedByDay,
  }
}

const orders: Record<DemandTopInput['order'], (a: Demand, b: Demand) => number> = {
  waiting: (a, b) => b.waiting - a.waiting,
  since: () => 0,
  joinedLately: (a, b) => b.joinedLately - a.joinedLately,
}

export function topDemand({ shop }: ActorCall, { order, limit, ...asked }: DemandTopInput): DemandTop {
  const period = periodOf(shop, asked)
  const open = shop.rows.waitlists.filter(isOpen)
  const all = open.map((waitlist) => countDemand(shop, waitlist, period))
  return {
    items: all
      .filter(({ waiting }) => waiting > 0)
      .toSorted((a, b) => orders[order](a, b) || a.waitlistId - b.waitlistId)
      .slice(0, limit),
    totalWaiting: sum(all.map(({ waiting }) => waiting)),
    totalJoinedByDay: Array.from({ length: period.days }, (_, day) =>
      sum(all.map(({ joinedByDay }) => joinedByDay[day] ?? 0)),
    ),
    joinedSince: isoTime(period.from),
  }
}

export function orderList(
  { shop }: ActorCall,
  { cursor, limit, readersPerCopy = limits.readersPerCopy.default, ...asked }: DemandOrderListInput,
): DemandOrderListPage {
  const period = periodOf(shop, asked)
  const after = cursor == null ? null : readOrderCursor(decoded(cursor))
  const place = ({ waiting, waitlistId }: Pick<Demand, 'waiting' | 'waitlistId'>) => ({
    waiting,
    id: waitlistId,
  })
  const behind = shop.rows.waitlists
    .filter(isOpen)
    .map((waitlist) => countDemand(shop, waitlist, period))
    .filter((each) => each.waiting > 0 && (after === null || compareInOrderList(place(each), after) > 0))
    .toSorted((a, b) => compareInOrderList(place(a), place(b)))
  const shown = behind.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(({ joinedByDay: _, ...demand }) => ({
      ...demand,
      copies: copiesToOrder(demand.waiting, readersPerCopy),
    })),
    nextCursor: behind.length > limit && last !== undefined ? btoa(orderCursorText(place(last))) : null,
    readersPerCopy,
    joinedSince: isoTime(period.from),
  }
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

export function waitlistDemand(
  { shop, actor }: ActorCall,
  { bookId, cursor, limit, days }: DemandWaitlistInput,
): DemandWaitlistPage {
  const afterId = readCursor('waiting', cursor) ?? 0
  const waitlist = findOpenWaitlist(shop, bookId)
  if (waitlist === undefined) {
    const reason = findBook(shop, bookId) === undefined ? 'BOOK_NOT_FOUND' : 'WAITLIST_NOT_FOUND'
    throw new PrebookError(reason, { field: 'bookId' })
  }
  const rows = queueOf(shop, waitlist.id).filter(({ id }) => id > afterId)
  const readers = page(
    'waiting',
    rows,
    limit,
    ({ id, userId, createdAt }) => ({
      prebookId: id,
      userId,
      email: actorSeesAddresses(actor) ? (findUser(shop, userId)?.email ?? null) : null,
      createdAt: isoTime(createdAt),
    }),
    ({ id }) => id,
  )
  return { ...readers, demand: countDemand(shop, waitlist, periodOf(shop, { days })) }
}
